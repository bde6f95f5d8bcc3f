internal import Digest
internal import Effects
internal import Estates
internal import Glibc
internal import RecoveryEngine
internal import YAML

/// One observed state on disk: the files of a snapshot and their digests.
struct SnapshotFolder {
    let path: String

    /// Its last part: the time it was taken, if it lies where they lie.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Where the observed states of an estate lie.
    static func place(_ estate: String, _ site: Site) -> String {
        "\(site.library)/snapshots/\(estate)/observed"
    }

    /// Those of an estate, the oldest first: their names are times.
    static func all(of estate: String, _ site: Site) -> [SnapshotFolder] {
        let place = place(estate, site)
        return Folders.names(in: place).filter { !$0.hasPrefix(".") }.sorted()
            .map { SnapshotFolder(path: "\(place)/\($0)") }
    }

    static func newest(of estate: String, _ site: Site) throws(Refusal) -> SnapshotFolder? {
        all(of: estate, site).last
    }

    /// The one called `name`: a time, a folder, or `newest`.
    static func named(
        _ name: String, of estate: String, _ site: Site
    ) throws(Refusal) -> SnapshotFolder {
        let all = all(of: estate, site)
        if name == "newest", let last = all.last { return last }
        if let found = all.first(where: { $0.name == name }) { return found }
        if name.contains("/"), access("\(name)/\(ObservedSnapshot.head)", F_OK) == 0 {
            return SnapshotFolder(path: name)
        }
        let names = all.map(\.name)
        throw Refusal(
            .usage,
            names.isEmpty
                ? "\(estate) has no snapshot yet; type: recover snapshot take \(estate)"
                : "there is no snapshot '\(name)' of \(estate); there is: "
                    + names.joined(separator: ", "))
    }

    // MARK: reading

    /// Every file below it, by its path from here.
    private func contents(_ below: String = "") -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in Folders.names(in: below.isEmpty ? path : "\(path)/\(below)") {
            let here = below.isEmpty ? name : "\(below)/\(name)"
            var information = stat()
            guard lstat("\(path)/\(here)", &information) == 0 else { continue }
            if information.st_mode & S_IFMT == S_IFDIR {
                found.merge(contents(here)) { first, _ in first }
            } else {
                // What cannot be read has no digest, so it is objected to.
                found[here] = (try? SourceFile.read(path: "\(path)/\(here)")) ?? []
            }
        }
        return found
    }

    /// How its files differ from what was written; none when they do not.
    func objections() -> [String] {
        var files = contents()
        guard let sums = files.removeValue(forKey: ObservedSnapshot.sums) else {
            return ["\(path) has no \(ObservedSnapshot.sums)"]
        }
        return SnapshotSums.objections(
            String(decoding: sums, as: UTF8.self), found: files.mapValues { SHA256.hex($0) })
    }

    /// What was seen; refused when a byte of it is not as it was written.
    func snapshot() throws(Refusal) -> ObservedSnapshot {
        let objections = objections()
        guard objections.isEmpty else {
            throw Refusal(
                .refuted, objections.map { "SN-SUM: \(path): \($0)" }.joined(separator: "\n"))
        }
        let texts = contents().mapValues { String(decoding: $0, as: UTF8.self) }
        guard let snapshot = ObservedSnapshot(files: texts) else {
            throw Refusal(.refusedInput, "SN-FORM: \(path) is no snapshot this version can read")
        }
        return snapshot
    }

    // MARK: writing

    /// Writes `snapshot`, whole or not at all, where nothing was before.
    static func write(_ snapshot: ObservedSnapshot, to path: String) throws(Refusal) {
        guard access(path, F_OK) != 0 else {
            throw Refusal(
                .refusedInput, "SN-THERE: \(path) is there already, and is not overwritten")
        }
        let parts = path.split(separator: "/").map(String.init)
        let parent = "/" + parts.dropLast().joined(separator: "/")
        let draft = "\(parent)/.\(parts.last ?? "")-\(getpid())"
        var digests: [String: String] = [:]
        for file in snapshot.files {
            digests[file.path] = SHA256.hex(file.text)
            try NewFile.write(Array(file.text.utf8), to: "\(draft)/\(file.path)")
        }
        try NewFile.write(
            Array(SnapshotSums.text(digests).utf8), to: "\(draft)/\(ObservedSnapshot.sums)")
        guard rename(draft, path) == 0 else {
            throw Refusal(
                .internalError, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}

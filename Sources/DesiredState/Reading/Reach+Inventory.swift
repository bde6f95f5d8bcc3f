public import Estates
internal import JSON

/// The manifests of a commit, read from the object database and never checked out.
extension Reach {
    /// Everything a commit wants to be there: the source's own folder, and the
    /// folders of the same repository that what lies in it brings.
    ///
    /// - Parameter isDeep: whether the root itself says that it recurses.
    public func inventory(
        of commit: String, _ source: Binding.Source, name: String, isDeep: Bool = false
    ) throws(ReachRefusal) -> Inventory {
        let root = Bringer.folder(source.path)
        let mirror = mirror(source, name)
        let use = uses[name] ?? .unknown
        var found = try manifests(of: commit, mirror, below: root)
        var read = [root], absent: Set<String> = []
        while true {
            let inventory = Inventory(
                files: found.files, stamps: found.blobs, path: root, isDeep: isDeep || use.isDeep,
                urls: [source.url] + use.urls, read: read, absent: absent)
            guard !inventory.unread.isEmpty else { return inventory }
            guard read.count + absent.count < Self.mostFolders else {
                throw ReachRefusal(
                    "GT-LIMIT", "more than \(Self.mostFolders) folders bring each other",
                    do: "Name a narrower path.")
            }
            for path in inventory.unread {
                do throws(ReachRefusal) {
                    let more = try manifests(of: commit, mirror, below: path)
                    found.files.merge(more.files) { first, _ in first }
                    found.blobs.merge(more.blobs) { first, _ in first }
                    read.append(path)
                } catch {
                    guard error.code == "GT-PATH" else { throw error }
                    absent.insert(path)
                }
            }
        }
    }

    private static let mostFolders = 500

    private func manifests(
        of commit: String, _ mirror: String, below path: String
    ) throws(ReachRefusal) -> Export {
        let bytes = try output(
            [
                "export", "--mirror", mirror, "--commit", commit, "--path",
                path.isEmpty ? "." : path,
            ], window: 32 << 20)
        guard let found = Self.export(framed: bytes) else {
            throw ReachRefusal("GT-REACH", "recover-reach's answer was cut short", do: "Try again.")
        }
        return found
    }

    /// Manifests, and the blobs of all files, by path.
    private struct Export {
        var files: [String: [UInt8]] = [:]
        var blobs: [String: String] = [:]
    }

    /// For each file a line of JSON; where it says a length, that many bytes
    /// and a line feed follow.
    private static func export(framed bytes: [UInt8]) -> Export? {
        var found = Export()
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: 0x0A),
                let header = try? JSONValue(parsing: Array(rest[..<end])),
                let path = header["path"]?.string, let blob = header["blob"]?.string
            else { return nil }
            rest = rest[(end + 1)...]
            found.blobs[path] = blob
            guard let count = header["bytes"]?.int else { continue }
            guard count >= 0, rest.count > count, rest[rest.startIndex + count] == 0x0A else {
                return nil
            }
            found.files[path] = Array(rest.prefix(count))
            rest = rest.dropFirst(count + 1)
        }
        return found
    }
}

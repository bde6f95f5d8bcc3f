public import Estates
internal import JSON

/// The manifests of a commit, read from the object database and never checked out.
extension Reach {
    /// Everything a commit wants to be there: the source's own folder, and the
    /// folders of the same repository that what lies in it brings.
    ///
    /// - Parameter isDeep: whether the source's engine takes the folders beneath.
    public func inventory(
        of commit: String, _ source: Binding.Source, name: String, isDeep: Bool = true
    ) throws(ReachRefusal) -> Inventory {
        let root = Bringer.folder(source.path)
        let mirror = mirror(source, name)
        let urls = [source.url] + (urls[name] ?? [])
        var files = try manifests(of: commit, mirror, below: root)
        var read = [root], absent: Set<String> = []
        while true {
            let inventory = Inventory(
                files: files, path: root, isDeep: isDeep, urls: urls, read: read,
                absent: absent)
            guard !inventory.unread.isEmpty else { return inventory }
            guard read.count + absent.count < Self.mostFolders else {
                throw ReachRefusal(
                    "GT-LIMIT", "more than \(Self.mostFolders) folders bring each other",
                    do: "Name a narrower path.")
            }
            for folder in inventory.unread {
                do throws(ReachRefusal) {
                    let more = try manifests(of: commit, mirror, below: folder)
                    files.merge(more) { first, _ in first }
                    read.append(folder)
                } catch {
                    guard error.code == "GT-PATH" else { throw error }
                    absent.insert(folder)
                }
            }
        }
    }

    private static let mostFolders = 500

    private func manifests(
        of commit: String, _ mirror: String, below path: String
    ) throws(ReachRefusal) -> [String: [UInt8]] {
        let bytes = try output(
            [
                "export", "--mirror", mirror, "--commit", commit, "--path",
                path.isEmpty ? "." : path,
            ], window: 32 << 20)
        guard let files = Self.files(framed: bytes) else {
            throw ReachRefusal("GT-REACH", "recover-reach's answer was cut short", do: "Try again.")
        }
        return files
    }

    /// For each file a line of JSON that says its length, its bytes, a line feed.
    static func files(framed bytes: [UInt8]) -> [String: [UInt8]]? {
        var files: [String: [UInt8]] = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: 0x0A),
                let header = try? JSONValue(parsing: Array(rest[..<end])),
                let path = header["path"]?.string, let count = header["bytes"]?.int
            else { return nil }
            rest = rest[(end + 1)...]
            guard count >= 0, rest.count > count, rest[rest.startIndex + count] == 0x0A else {
                return nil
            }
            files[path] = Array(rest.prefix(count))
            rest = rest.dropFirst(count + 1)
        }
        return files
    }
}

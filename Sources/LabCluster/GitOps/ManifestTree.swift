import JSON
import YAML

/// The files of one commit: the names of all, what stands in those that can be
/// manifests.
public struct ManifestTree: Sendable {
    /// The documents of a file, or why it cannot be read.
    private let documents: [String: Result<[JSONValue], RenderFailure>]
    /// Every path, sorted.
    let paths: [String]
    private let folders: Set<String>

    /// - Parameter files: path and bytes of every file.
    public init(files: [String: [UInt8]]) {
        documents = Dictionary(
            uniqueKeysWithValues: files.filter { Self.isManifest($0.key) }.map { path, bytes in
                let parsed = Result { () throws(YAMLError) in
                    try YAMLParser.parseAll(bytes).map(\.json)
                }
                return (path, parsed.mapError { RenderFailure("\(path): \($0)") })
            })
        paths = files.keys.sorted()
        folders = Set(
            files.keys.flatMap { path in
                path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
            } + [""])
    }

    static func isManifest(_ path: String) -> Bool {
        [".yaml", ".yml", ".json"].contains { path.hasSuffix($0) }
    }

    func hasFolder(_ folder: String) -> Bool { folders.contains(folder) }

    func hasFile(_ path: String) -> Bool { documents[path] != nil || paths.contains(path) }

    func documents(_ path: String) throws(RenderFailure) -> [JSONValue] {
        guard let found = documents[path] else { throw RenderFailure("\(path): no such file") }
        return try found.get()
    }

    /// The files right in `folder`.
    func files(in folder: String) -> [String] {
        paths.filter { Self.parent(of: $0) == folder }
    }

    /// The folders right in `folder`.
    func folders(in folder: String) -> [String] {
        folders.filter { !$0.isEmpty && Self.parent(of: $0) == folder }.sorted()
    }

    /// Every folder.
    var allFolders: [String] { folders.filter { !$0.isEmpty }.sorted() }

    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// `path` without `.`, `..` and surplus slashes, as a path of this tree.
    static func normal(_ path: String, from folder: String = "") -> String {
        var parts = folder.split(separator: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}

/// Manifests that cannot be made from a commit.
struct RenderFailure: Error, CustomStringConvertible, Hashable {
    let description: String

    init(_ description: String) { self.description = description }
}

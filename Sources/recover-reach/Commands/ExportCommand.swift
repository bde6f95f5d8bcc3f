import JSON

/// `export`: writes the manifests below a path, or the one at it, to standard
/// output, from the object database: for each a line `{"path", "blob", "bytes"}`,
/// its bytes, and a line feed; for every other file a line `{"path", "blob"}`.
struct ExportCommand {
    private let mirror: Mirror
    private let commit: ObjectID
    private let path: TreePath
    /// All files together; each may be as large as `TreeWalk` lets it.
    private static let limit = 24 << 20
    private static let suffixes = [".yaml", ".yml", ".json"]

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        commit = try ObjectID.commit(invocation["commit"])
        path = try TreePath(invocation["path"])
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        let repository = try library.open(mirror)
        let commit = try repository.commit(commit)
        let files = try TreeWalk.files(of: commit, under: path, orFile: true, in: repository)
        let total = files.filter(Self.isManifest).reduce(0) { $0 + $1.bytes }
        guard total <= Self.limit else {
            throw Refusal.limit(
                "the manifests below \(path.text.shown) are \(total) bytes; \(Self.limit) are allowed"
            )
        }
        for file in files {
            guard Self.isManifest(file) else {
                let blob = JSONValue.string(file.blob.description)
                try Output.answer(["path": .string(file.path), "blob": blob])
                continue
            }
            try Output.answer(file.json)
            try Output.standard(try repository.blob(file.blob) + [0x0A])
        }
    }
    private static func isManifest(_ file: TreeWalk.File) -> Bool {
        suffixes.contains(where: file.path.hasSuffix)
            || file.path == "Kustomization" || file.path.hasSuffix("/Kustomization")
    }
}

import JSON

/// `export`: writes the manifests below a path to standard output, from the
/// object database: for each a line `{"path", "blob", "bytes"}`, its bytes, and
/// a line feed.
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
        let files = try TreeWalk.files(of: commit, under: path, in: repository).filter { file in
            Self.suffixes.contains(where: file.path.hasSuffix)
                || file.path == "Kustomization" || file.path.hasSuffix("/Kustomization")
        }
        let total = files.reduce(0) { $0 + $1.bytes }
        guard total <= Self.limit else {
            throw Refusal.limit(
                "the manifests below \(path.text.shown) are \(total) bytes; \(Self.limit) are allowed"
            )
        }
        for file in files {
            try Output.answer(file.json)
            try Output.standard(try repository.blob(file.blob) + [0x0A])
        }
    }
}

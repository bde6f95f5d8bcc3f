import JSON

/// Walks a commit's tree below a path and refuses whatever could mean more than
/// a plain file. Nothing is checked out and no blob is loaded.
struct TreeWalk: ~Copyable {
    /// A plain file, named from the root of the tree.
    struct File {
        let path: String
        let blob: ObjectID
        let bytes: Int

        var json: JSONValue {
            .object([
                "path": .string(path), "blob": .string(blob.description), "bytes": .int(bytes),
            ])
        }
    }

    static let entryLimit = 20_000
    static let blobLimit = 1 << 20
    static let treeLimit = 4 << 20
    static let depthLimit = 32

    private let objects: ObjectStore
    private var files: [File] = []
    private var seen = 0

    private init(_ objects: consuming ObjectStore) { self.objects = objects }

    /// Every file under `path`, sorted by path; `orFile` lets the path be one.
    static func files(
        of commit: borrowing Commit, under path: TreePath, orFile: Bool = false,
        in repository: borrowing Repository
    ) throws(Refusal) -> [File] {
        var walk = TreeWalk(try repository.objects())
        var id = commit.tree
        for (index, part) in path.parts.enumerated() {
            let here = path.parts[...index].joined(separator: "/")
            guard let entry = try walk.tree(id, here, in: repository).entry(named: part) else {
                throw Refusal(
                    "GT-PATH", "\(commit.id) has no \(here.shown)",
                    do: "Name a directory that is in the commit.", exit: .refuted)
            }
            if orFile, entry.kind == .file, index + 1 == path.parts.count {
                try walk.take(entry, at: here)
                return walk.files
            }
            guard entry.kind == .tree else { throw Refusal.tree(here, "not a directory") }
            id = entry.id
        }
        try walk.visit(id, at: path.text, depth: 0, in: repository)
        return walk.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// One file by its whole path.
    static func file(
        at path: TreePath, of commit: borrowing Commit, in repository: borrowing Repository
    ) throws(Refusal) -> File {
        let parent = try TreePath(path.parts.dropLast().joined(separator: "/"))
        var walk = TreeWalk(try repository.objects())
        var id = commit.tree
        for part in parent.parts {
            let tree = try walk.tree(id, path.text, in: repository)
            guard let entry = tree.entry(named: part), entry.kind == .tree else {
                throw absent(path, commit.id)
            }
            id = entry.id
        }
        let tree = try walk.tree(id, path.text, in: repository)
        guard let name = path.parts.last, let entry = tree.entry(named: name) else {
            throw absent(path, commit.id)
        }
        try walk.take(entry, at: path.text)
        guard let file = walk.files.first else { throw Refusal.tree(path.text, "not a file") }
        return file
    }

    private static func absent(_ path: TreePath, _ commit: ObjectID) -> Refusal {
        Refusal(
            "GT-PATH", "\(commit) has no file \(path.text.shown)",
            do: "Name a file that prove has listed.", exit: .refuted)
    }

    private mutating func visit(
        _ id: ObjectID, at path: String, depth: Int, in repository: borrowing Repository
    ) throws(Refusal) {
        guard depth <= Self.depthLimit else {
            throw Refusal.limit("\(path.shown) is nested deeper than \(Self.depthLimit)")
        }
        let tree = try tree(id, path, in: repository)
        // Counted before they are walked.
        seen += tree.count
        guard seen <= Self.entryLimit else {
            throw Refusal.limit("more than \(Self.entryLimit) entries under the path")
        }
        for entry in tree.entries {
            let here = path.isEmpty ? entry.text : path + "/" + entry.text
            if let objection = EntryName.objection(to: entry.name) {
                throw Refusal.tree(here, objection)
            }
            if entry.kind == .tree {
                try visit(entry.id, at: here, depth: depth + 1, in: repository)
            } else {
                try take(entry, at: here)
            }
        }
    }

    private mutating func take(_ entry: Tree.Entry, at path: String) throws(Refusal) {
        switch entry.kind {
        case .file: break
        case .tree: throw Refusal.tree(path, "a directory, not a file")
        case .symbolicLink: throw Refusal.tree(path, "a symbolic link")
        case .submodule: throw Refusal.tree(path, "a submodule")
        case .unknown: throw Refusal.tree(path, "an entry of mode \(String(entry.mode, radix: 8))")
        }
        guard let header = try objects.header(entry.id), header.isBlob else {
            throw Refusal.tree(path, "a file without content: \(entry.id) is not a blob here")
        }
        guard header.bytes <= Self.blobLimit else {
            throw Refusal.limit(
                "\(path.shown) is \(header.bytes) bytes; \(Self.blobLimit) are allowed")
        }
        files.append(File(path: path, blob: entry.id, bytes: header.bytes))
    }

    /// A tree object is loaded whole, so its size is looked at first.
    private borrowing func tree(
        _ id: ObjectID, _ path: String, in repository: borrowing Repository
    ) throws(Refusal) -> Tree {
        guard let header = try objects.header(id), header.isTree else {
            throw Refusal.tree(path, "a directory without content: \(id) is not a tree here")
        }
        guard header.bytes <= Self.treeLimit else {
            throw Refusal.limit("the directory \(path.shown) is an object of \(header.bytes) bytes")
        }
        let tree = try repository.tree(id)
        if let (name, reason) = TreeOrder.objection(to: tree.entries) {
            throw Refusal.tree(path.isEmpty ? name : path + "/" + name, reason)
        }
        return tree
    }
}

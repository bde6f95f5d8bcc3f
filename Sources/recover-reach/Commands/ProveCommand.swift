import JSON

/// `prove`: shows that a commit descends from the last one and that its tree
/// holds nothing but plain, small, honestly named files.
struct ProveCommand {
    private let mirror: Mirror
    private let incoming: String
    private let last: ObjectID?
    private let path: TreePath

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        incoming = invocation["incoming"]
        last = invocation["last"] == "none" ? nil : try ObjectID.commit(invocation["last"])
        path = try TreePath(invocation["path"])
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        let repository = try library.open(mirror)
        let commit = try repository.commit(try resolve(in: repository))
        let files = try TreeWalk.files(of: commit, under: path, in: repository)
        let descends: JSONValue
        if let last {
            descends = .bool(try repository.descends(commit.id, from: last))
        } else {
            descends = "first"
        }
        try Output.answer([
            "commit": .string(commit.id.description), "tree": .string(commit.tree.description),
            "descends": descends, "files": .array(files.map(\.json)),
        ])
        guard descends != false else {
            throw Refusal(
                "GT-ROLLBACK",
                "\(commit.id) does not descend from the last pinned \(last?.description ?? "")",
                do: "Find out who moved the branch; pin a commit that contains the last one.",
                exit: .refuted)
        }
    }

    private func resolve(in repository: borrowing Repository) throws(Refusal) -> ObjectID {
        if let id = ObjectID(incoming) { return id }
        guard RefName.isOwn(incoming) else {
            throw Refusal(
                "GT-REF", "'\(incoming.shown)' is neither a commit id nor a ref of the mirror",
                do: "Give 40 hex digits, refs/incoming/… or refs/verified/….", exit: .refused)
        }
        guard let id = try repository.target(of: incoming) else {
            throw Refusal(
                "GT-REF", "the mirror has no \(incoming)", do: "Fetch it first.", exit: .failed)
        }
        return id
    }
}

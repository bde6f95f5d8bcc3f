/// `read`: writes one file of a commit to standard output, from the object
/// database.
struct ReadCommand {
    private let mirror: Mirror
    private let commit: ObjectID
    private let path: TreePath

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        commit = try ObjectID.commit(invocation["commit"])
        path = try TreePath(invocation["path"])
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        let repository = try library.open(mirror)
        let commit = try repository.commit(commit)
        let file = try TreeWalk.file(at: path, of: commit, in: repository)
        try Output.standard(try repository.blob(file.blob))
    }
}

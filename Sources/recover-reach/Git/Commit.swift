internal import CGit2

/// Owns one `git_commit`.
struct Commit: ~Copyable {
    private let handle: OpaquePointer
    /// Its id.
    let id: ObjectID

    init(_ id: ObjectID, in repository: OpaquePointer) throws(Refusal) {
        var raw = id.raw
        var found: OpaquePointer?
        let code = git_commit_lookup(&found, repository, &raw)
        guard code == 0, let found else { throw Refusal.git(code, "read commit \(id)") }
        handle = found
        self.id = id
    }

    deinit { git_commit_free(handle) }

    /// The id of its tree.
    var tree: ObjectID { ObjectID(git_commit_tree_id(handle).pointee) }

    /// When it was committed, in seconds since 1970, as its committer says.
    var committed: Int { Int(git_commit_time(handle)) }

    /// `Name <address>`, as the commit says.
    var author: String {
        guard let author = git_commit_author(handle) else { return "" }
        let name = author.pointee.name.map { String(cString: $0) } ?? ""
        let address = author.pointee.email.map { String(cString: $0) } ?? ""
        return "\(name) <\(address)>".shown
    }

    /// The first line of its message.
    var subject: String {
        git_commit_summary(handle).map { String(cString: $0).shown } ?? ""
    }
}

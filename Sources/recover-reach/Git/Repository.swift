internal import CGit2

/// Owns one open `git_repository`. Objects are reached through it and do not
/// outlive it.
struct Repository: ~Copyable {
    private let handle: OpaquePointer

    /// Takes over a handle libgit2 has just opened.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { git_repository_free(handle) }

    /// Fetches `refspec` from `source`, and nothing else.
    borrowing func fetch(
        _ source: SourceURL, refspec: String, _ watch: FetchWatch
    ) throws(Refusal) {
        try Remote(source, in: handle).fetch(refspec, watch)
    }

    /// The object `reference` names, or nil.
    borrowing func target(of reference: String) throws(Refusal) -> ObjectID? {
        var id = git_oid()
        let code = git_reference_name_to_id(&id, handle, reference)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        guard code == 0 else { throw Refusal.git(code, "read \(reference)") }
        return ObjectID(id)
    }

    /// The commit `id` is, or is a tag of, through tags of tags; nil where it
    /// is something else.
    borrowing func peeled(_ id: ObjectID) throws(Refusal) -> ObjectID? {
        var raw = id.raw
        var found: OpaquePointer?, commit: OpaquePointer?
        let code = git_object_lookup(&found, handle, &raw, GIT_OBJECT_ANY)
        guard code == 0, let found else { throw Refusal.git(code, "read \(id)") }
        defer { git_object_free(found) }
        guard git_object_peel(&commit, found, GIT_OBJECT_COMMIT) == 0, let commit else {
            return nil
        }
        defer { git_object_free(commit) }
        return git_object_id(commit).map { ObjectID($0.pointee) }
    }

    /// Points `reference` at `commit`, whatever it pointed at before: what was
    /// pinned last is the journal's to say.
    borrowing func point(_ reference: String, at commit: ObjectID) throws(Refusal) {
        var id = commit.raw
        var made: OpaquePointer?
        let code = git_reference_create(&made, handle, reference, &id, 1, nil)
        git_reference_free(made)
        guard code == 0 else { throw Refusal.git(code, "write \(reference)") }
    }

    /// Deletes `reference` if it is there.
    borrowing func delete(_ reference: String) throws(Refusal) {
        let code = git_reference_remove(handle, reference)
        guard code == 0 || code == GIT_ENOTFOUND.rawValue else {
            throw Refusal.git(code, "delete \(reference)")
        }
    }

    /// The commit with this id.
    borrowing func commit(_ id: ObjectID) throws(Refusal) -> Commit {
        try Commit(id, in: handle)
    }

    /// Opens the object database.
    borrowing func objects() throws(Refusal) -> ObjectStore { try ObjectStore(of: handle) }

    /// The tree with this id.
    borrowing func tree(_ id: ObjectID) throws(Refusal) -> Tree { try Tree(id, in: handle) }

    /// The content of a blob.
    borrowing func blob(_ id: ObjectID) throws(Refusal) -> [UInt8] {
        try Blob(id, in: handle).bytes
    }

    /// Whether `commit` is `ancestor` or comes after it.
    borrowing func descends(_ commit: ObjectID, from ancestor: ObjectID) throws(Refusal) -> Bool {
        if commit == ancestor { return true }
        // The whole history of `commit` is here, so what is not here is not part of it.
        guard try objects().header(ancestor) != nil else { return false }
        var first = commit.raw, second = ancestor.raw
        let code = git_graph_descendant_of(handle, &first, &second)
        guard code >= 0 else { throw Refusal.git(code, "compare \(commit) with \(ancestor)") }
        return code == 1
    }
}

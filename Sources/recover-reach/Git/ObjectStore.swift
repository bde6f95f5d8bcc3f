internal import CGit2

/// Owns one `git_odb`: says what an object is without loading it.
struct ObjectStore: ~Copyable {
    private let handle: OpaquePointer

    init(of repository: OpaquePointer) throws(Refusal) {
        var opened: OpaquePointer?
        let code = git_repository_odb(&opened, repository)
        guard code == 0, let opened else { throw Refusal.git(code, "open the object database") }
        handle = opened
    }

    deinit { git_odb_free(handle) }

    /// What an object's header says.
    struct Header {
        let isBlob: Bool
        let isTree: Bool
        let bytes: Int
    }

    /// The header of an object, or nil if it is not here.
    borrowing func header(_ id: ObjectID) throws(Refusal) -> Header? {
        var raw = id.raw
        var size = 0
        var kind = GIT_OBJECT_INVALID
        let code = git_odb_read_header(&size, &kind, handle, &raw)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        guard code == 0 else { throw Refusal.git(code, "look at \(id)") }
        return Header(isBlob: kind == GIT_OBJECT_BLOB, isTree: kind == GIT_OBJECT_TREE, bytes: size)
    }
}

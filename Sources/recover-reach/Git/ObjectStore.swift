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
        let isCommit: Bool
        let isTag: Bool
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
        return Header(
            isBlob: kind == GIT_OBJECT_BLOB, isTree: kind == GIT_OBJECT_TREE,
            isCommit: kind == GIT_OBJECT_COMMIT, isTag: kind == GIT_OBJECT_TAG, bytes: size)
    }

    /// The content of an object, whatever it is, without its header.
    borrowing func content(_ id: ObjectID) throws(Refusal) -> [UInt8] {
        var raw = id.raw
        var found: OpaquePointer?
        let code = git_odb_read(&found, handle, &raw)
        guard code == 0, let found else { throw Refusal.git(code, "read \(id)") }
        defer { git_odb_object_free(found) }
        return Array(
            UnsafeRawBufferPointer(
                start: git_odb_object_data(found), count: git_odb_object_size(found)))
    }
}

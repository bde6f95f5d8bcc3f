internal import CGit2

/// Owns one `git_blob`.
struct Blob: ~Copyable {
    private let handle: OpaquePointer

    init(_ id: ObjectID, in repository: OpaquePointer) throws(Refusal) {
        var raw = id.raw
        var found: OpaquePointer?
        let code = git_blob_lookup(&found, repository, &raw)
        guard code == 0, let found else { throw Refusal.git(code, "read blob \(id)") }
        handle = found
    }

    deinit { git_blob_free(handle) }

    /// Its content, unfiltered.
    var bytes: [UInt8] {
        Array(
            UnsafeRawBufferPointer(
                start: git_blob_rawcontent(handle), count: Int(git_blob_rawsize(handle))))
    }
}

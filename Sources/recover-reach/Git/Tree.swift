internal import CGit2

/// Owns one `git_tree`: its direct entries, as they stand in the object.
struct Tree: ~Copyable {
    private let handle: OpaquePointer

    init(_ id: ObjectID, in repository: OpaquePointer) throws(Refusal) {
        var raw = id.raw
        var found: OpaquePointer?
        let code = git_tree_lookup(&found, repository, &raw)
        guard code == 0, let found else { throw Refusal.git(code, "read tree \(id)") }
        handle = found
    }

    deinit { git_tree_free(handle) }

    /// One line of a tree: raw mode, raw name, and what it names.
    struct Entry {
        let mode: UInt32
        let name: [UInt8]
        let id: ObjectID

        /// The name as text, repaired where it is none.
        var text: String { String(decoding: name, as: UTF8.self) }
    }

    var count: Int { git_tree_entrycount(handle) }

    /// The entries in the order of the object.
    var entries: [Entry] {
        (0..<count).compactMap { Self.entry(git_tree_entry_byindex(handle, $0)) }
    }

    /// The entry called exactly `name`, or nil.
    borrowing func entry(named name: String) -> Entry? {
        Self.entry(git_tree_entry_byname(handle, name))
    }

    private static func entry(_ pointer: OpaquePointer?) -> Entry? {
        guard let pointer, let name = git_tree_entry_name(pointer),
            let id = git_tree_entry_id(pointer)
        else { return nil }
        // The raw mode: libgit2's other accessor mends odd modes, and an odd mode is to be refused.
        return Entry(
            mode: git_tree_entry_filemode_raw(pointer).rawValue, name: Array(String.bytes(name)),
            id: ObjectID(id.pointee))
    }
}

extension String {
    /// The bytes of a C string, without a decoding that would repair them.
    static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = text
        while next.pointee != 0 {
            bytes.append(UInt8(bitPattern: next.pointee))
            next += 1
        }
        return bytes
    }
}

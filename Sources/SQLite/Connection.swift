internal import CSQLite

/// Owns one `sqlite3 *`: opened in `init`, closed in `deinit`, never handed
/// out. Not shared between threads; the caller serializes.
public struct Connection: ~Copyable {
    private let handle: OpaquePointer

    /// How a database file is opened.
    public enum Mode: Sendable {
        case create, readWrite, readOnly
        /// Nobody can write the file, nor the files beside it that readers
        /// share; what stands in a write-ahead log is not seen.
        case immutable
    }

    /// Opens `path`, with extended result codes and without SQLite's own
    /// mutexes (one owner, one thread at a time).
    public init(path: String, mode: Mode) throws(SQLiteError) {
        let access =
            switch mode {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        let name = mode == .immutable ? Self.immutable(path) : path
        var opened: OpaquePointer?
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            // A failed open may still return a handle that has to be closed.
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "cannot open"
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: message, doing: "open \(path)")
        }
        handle = opened
        _ = csqlite_set_defensive(opened, 1)
        sqlite3_busy_timeout(opened, 2000)
    }

    /// `path` as a URI (https://sqlite.org/uri.html).
    private static func immutable(_ path: String) -> String {
        let escaped = path.unicodeScalars.map { scalar in
            switch scalar {
            case "%": "%25"
            case "?": "%3f"
            case "#": "%23"
            default: String(scalar)
            }
        }
        return "file:\(escaped.joined())?immutable=1"
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that return nothing, such as a schema or a pragma.
    public borrowing func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, doing: sql) }
    }

    /// Prepares `sql`, to be used many times.
    public borrowing func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(connection: handle, sql: sql)
    }

    /// Runs `sql` once and collects what `read` makes of each row.
    public borrowing func query<Element>(
        _ sql: String, _ bindings: [SQLValue] = [], read: (borrowing Statement) -> Element
    ) throws(SQLiteError) -> [Element] {
        let statement = try Statement(connection: handle, sql: sql)
        return try statement.rows(bindings, read: read)
    }

    /// Runs `body` in one immediate transaction; rolled back if it throws.
    ///
    /// A failed COMMIT is an *unknown* commit and must not be repeated on this
    /// connection: the error is thrown on, the caller ends.
    public borrowing func transaction(
        _ body: () throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
        do {
            try body()
        } catch {
            _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            throw error
        }
        try execute("COMMIT")
    }

    /// Rowid of the last insert.
    public var lastInsertID: Int { Int(sqlite3_last_insert_rowid(handle)) }

    /// Rows changed by the last statement.
    public var changes: Int { Int(sqlite3_changes64(handle)) }

    private func error(_ code: Int32, doing: String) -> SQLiteError {
        SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), doing: doing)
    }
}

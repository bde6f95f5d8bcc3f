internal import CSQLite

/// A value bound to a statement.
public enum SQLValue: Hashable, Sendable {
    case null
    case int(Int)
    case text(String)
    case blob([UInt8])
}

/// Owns one `sqlite3_stmt *`; reset and unbound after each use.
public struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let sql: String

    init(connection: OpaquePointer, sql: String) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else {
            throw SQLiteError(
                code: code, message: String(cString: sqlite3_errmsg(connection)), doing: sql)
        }
        self.handle = prepared
        self.connection = connection
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs to the end, ignoring rows.
    public borrowing func run(_ bindings: [SQLValue] = []) throws(SQLiteError) {
        _ = try rows(bindings) { _ in }
    }

    /// Runs to the end; `read` is called with the statement at each row.
    public borrowing func rows<Element>(
        _ bindings: [SQLValue] = [], read: (borrowing Statement) -> Element
    ) throws(SQLiteError) -> [Element] {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, value) in bindings.enumerated() { try bind(value, at: Int32(index + 1)) }
        var elements: [Element] = []
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: elements.append(read(self))
            case SQLITE_DONE: return elements
            case let code: throw error(code)
            }
        }
    }

    /// Goes to the next row; false behind the last. For walking along two
    /// statements at once: `rows` is simpler. What was walked half way is reset
    /// with the statement's end.
    public borrowing func next() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw error(code)
        }
    }

    /// Integer in column `index` of the current row, from 0.
    public borrowing func int(_ index: Int) -> Int {
        Int(sqlite3_column_int64(handle, Int32(index)))
    }

    /// Text in column `index`; empty for NULL.
    public borrowing func text(_ index: Int) -> String {
        String(decoding: blob(index), as: UTF8.self)
    }

    /// Bytes in column `index`; empty for NULL.
    public borrowing func blob(_ index: Int) -> [UInt8] {
        [UInt8](bytes(index))
    }

    /// The same where SQLite has them: they stand until the next row.
    public borrowing func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        guard let bytes = sqlite3_column_blob(handle, Int32(index)) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        let count = Int(sqlite3_column_bytes(handle, Int32(index)))
        return UnsafeRawBufferPointer(start: bytes, count: count)
    }

    /// Whether column `index` is NULL.
    public borrowing func isNull(_ index: Int) -> Bool {
        sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(SQLiteError) {
        let code =
            switch value {
            case .null: sqlite3_bind_null(handle, index)
            case .int(let number): sqlite3_bind_int64(handle, index, Int64(number))
            case .text(let text):
                sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), csqlite_transient())
            case .blob(let bytes):
                // A nil pointer would bind NULL, an empty blob is not NULL.
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(handle, index, 0)
                    : sqlite3_bind_blob64(
                        handle, index, bytes, UInt64(bytes.count), csqlite_transient())
            }
        guard code == SQLITE_OK else { throw error(code) }
    }

    private func error(_ code: Int32) -> SQLiteError {
        SQLiteError(code: code, message: String(cString: sqlite3_errmsg(connection)), doing: sql)
    }
}

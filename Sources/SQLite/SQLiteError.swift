internal import CSQLite

/// A failed SQLite call.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Extended result code, `https://sqlite.org/rescode.html`.
    public let code: Int32
    /// SQLite's own words.
    public let message: String
    /// The statement, or what was being done.
    public let doing: String

    public init(code: Int32, message: String, doing: String) {
        self.code = code
        self.message = message
        self.doing = doing
    }

    /// The result code without its extension.
    public var primaryCode: Int32 { code & 0xFF }
    /// The disk or a size limit is full.
    public var isFull: Bool { primaryCode == SQLITE_FULL }
    /// Somebody else holds the database.
    public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    public var description: String { "\(message) (SQLite \(code)) while: \(doing)" }
}

import JSON
import SQLite

/// The datastore of a k3s server: SQLite with the schema of kine
/// (https://github.com/k3s-io/kine, drivers/sqlite), so that a restored
/// `state.db` really brings objects back. Values are JSON, not protobuf.
///
/// One row for each revision; the row's id is the revision and so the
/// `resourceVersion` of the object it holds. A class, because it is closed by
/// letting go of it while the world in memory stays.
final class Kine {
    private let connection: Connection
    private let insert: Statement

    private static let schema = [
        """
        CREATE TABLE IF NOT EXISTS kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name INTEGER, \
        created INTEGER, deleted INTEGER, create_revision INTEGER, prev_revision INTEGER, \
        lease INTEGER, value BLOB, old_value BLOB)
        """,
        "CREATE INDEX IF NOT EXISTS kine_name_index ON kine (name)",
        "CREATE INDEX IF NOT EXISTS kine_name_id_index ON kine (name,id)",
        "CREATE INDEX IF NOT EXISTS kine_id_deleted_index ON kine (id,deleted)",
        "CREATE INDEX IF NOT EXISTS kine_prev_revision_index ON kine (prev_revision)",
        """
        CREATE UNIQUE INDEX IF NOT EXISTS kine_name_prev_revision_uindex \
        ON kine (name, prev_revision)
        """,
    ]

    /// Opens the database at `path`, creating it when absent.
    init(path: String) throws(SQLiteError) {
        connection = try Connection(path: path, mode: .create)
        try connection.execute("PRAGMA journal_mode=WAL")
        // A simulated server needs no durability beyond the process.
        try connection.execute("PRAGMA synchronous=OFF")
        for statement in Self.schema { try connection.execute(statement) }
        insert = try connection.prepare(
            """
            INSERT INTO kine(name, created, deleted, create_revision, prev_revision, lease, \
            value, old_value) VALUES(?, ?, ?, ?, ?, 0, ?, ?)
            """)
        let count = try connection.query("SELECT count(*) FROM kine") { $0.int(0) }
        if count == [0] {
            try insert.run([
                .text("compact_rev_key"), .int(1), .int(0), .int(0), .int(0), .blob([]), .null,
            ])
        }
    }

    /// Every living object, and the last revision.
    func load() throws(SQLiteError) -> (objects: [(revision: Int, value: [UInt8])], revision: Int) {
        let rows: [(revision: Int, value: [UInt8])] = try connection.query(
            """
            SELECT id, value FROM kine WHERE deleted = 0 AND name LIKE '/registry/%' \
            AND id IN (SELECT max(id) FROM kine GROUP BY name) ORDER BY id
            """
        ) { (revision: $0.int(0), value: $0.blob(1)) }
        let last = try connection.query("SELECT max(id) FROM kine") { $0.int(0) }
        return (rows, last.first ?? 0)
    }

    /// Runs `body` in one transaction.
    func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try connection.transaction(body)
    }

    /// Appends one revision of an object; returns its number.
    ///
    /// - Parameter previous: revision and value of the row this one replaces.
    func append(
        _ path: String, value: [UInt8], isDeletion: Bool, created: Int,
        previous: (revision: Int, value: [UInt8])?
    ) throws(SQLiteError) -> Int {
        let isNew = previous == nil
        var before = 0
        // A name used again continues the chain of its deleted predecessor.
        if let previous { before = previous.revision } else { before = try lastRevision(of: path) }
        try insert.run([
            .text(path), .int(isNew ? 1 : 0), .int(isDeletion ? 1 : 0), .int(created),
            .int(before), .blob(value),
            previous.map { .blob($0.value) } ?? .null,
        ])
        return connection.lastInsertID
    }

    private func lastRevision(of path: String) throws(SQLiteError) -> Int {
        try connection.query("SELECT max(id) FROM kine WHERE name = ?", [.text(path)]) { $0.int(0) }
            .first ?? 0
    }

    /// Moves the write-ahead log into the database file.
    func checkpoint() throws(SQLiteError) {
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}

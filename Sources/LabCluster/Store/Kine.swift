import JSON
import SQLite

/// The datastore of a k3s server: SQLite with the schema of kine
/// (https://github.com/k3s-io/kine, drivers/sqlite), so that a restored
/// `state.db` really brings objects back. Values are JSON, not protobuf.
///
/// One row for each revision; the row's id is the revision and so the
/// `resourceVersion` of the object it holds. A class, because it is closed by
/// letting go of it while the world in memory stays.
final class Kine: Datastore {
    private let connection: Connection
    private let insert: Statement
    /// Up to this revision nothing superfluous is left.
    private var compacted = 0

    /// Revisions that are never compacted away.
    static let kept = 1000

    private static let schema = [
        """
        CREATE TABLE IF NOT EXISTS kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, \
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

    /// Opens the database at `path`, creating it when absent, and tidies it up
    /// as a starting kine does. That walks through the whole file: a damaged
    /// one is refused here.
    init(path: String) throws(SQLiteError) {
        connection = try Connection(path: path, mode: .create)
        try connection.execute("PRAGMA journal_mode=WAL")
        // A simulated server needs no durability beyond the process.
        try connection.execute("PRAGMA synchronous=OFF")
        for statement in Self.schema { try connection.execute(statement) }
        let found = try connection.query("PRAGMA integrity_check(1)") { $0.text(0) }
        guard found == ["ok"] else {
            throw SQLiteError(
                code: 11, message: "database disk image is malformed", doing: "integrity_check")
        }
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
        } else {
            try compact()
            try connection.execute("VACUUM")
        }
    }

    /// Forgets what was replaced or deleted long ago.
    private func compact() throws(SQLiteError) {
        let current = try connection.query("SELECT max(id) FROM kine") { $0.int(0) }.first ?? 0
        let target = current - Self.kept
        let known =
            try connection.query(
                "SELECT max(prev_revision) FROM kine WHERE name = 'compact_rev_key'"
            ) { $0.int(0) }.first ?? 0
        compacted = max(known, target)
        guard target > known else { return }
        try connection.transaction { () throws(SQLiteError) in
            try connection.execute(
                """
                DELETE FROM kine WHERE id IN (SELECT prev_revision FROM kine WHERE \
                name != 'compact_rev_key' AND prev_revision != 0 AND id <= \(target) \
                UNION SELECT id FROM kine WHERE deleted != 0 AND id <= \(target))
                """)
            try connection.execute(
                "UPDATE kine SET prev_revision = \(target) WHERE name = 'compact_rev_key'")
        }
    }

    func load(_ prefix: String) throws -> (entries: [StoredEntry], revision: Int) {
        let entries = try connection.query(
            """
            SELECT name, id, value, created, create_revision FROM kine WHERE deleted = 0 \
            AND name LIKE ? AND id IN (SELECT max(id) FROM kine GROUP BY name) ORDER BY id
            """, [.text(prefix + "%")]
        ) { row in
            StoredEntry(
                key: row.text(0), value: row.blob(2), revision: row.int(1),
                created: row.int(3) == 1 ? row.int(1) : row.int(4))
        }
        let last = try connection.query("SELECT max(id) FROM kine") { $0.int(0) }
        return (entries, last.first ?? 0)
    }

    func commit(_ changes: [StoredChange]) throws -> [Int] {
        var revisions: [Int] = []
        try connection.transaction { () throws(SQLiteError) in
            for change in changes { revisions.append(try append(change)) }
        }
        // kine does so every five minutes; here as much again must have come.
        if let last = revisions.last, last - compacted > 2 * Self.kept { try compact() }
        return revisions
    }

    /// Appends one revision; returns its number.
    private func append(_ change: StoredChange) throws(SQLiteError) -> Int {
        let previous = change.previous
        var before = 0
        // A name used again continues the chain of its deleted predecessor.
        if let previous {
            before = previous.revision
        } else {
            before = try lastRevision(of: change.key)
        }
        try insert.run([
            .text(change.key), .int(previous == nil ? 1 : 0), .int(change.value == nil ? 1 : 0),
            .int(previous?.created ?? 0), .int(before),
            .blob(change.value ?? previous?.value ?? []),
            previous.map { .blob($0.value) } ?? .null,
        ])
        return connection.lastInsertID
    }

    private func lastRevision(of key: String) throws(SQLiteError) -> Int {
        try connection.query("SELECT max(id) FROM kine WHERE name = ?", [.text(key)]) { $0.int(0) }
            .first ?? 0
    }

    /// A file always answers.
    func ping() {}

    /// Moves the write-ahead log into the database file.
    func checkpoint() throws {
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}

import SQLite

extension JournalDatabase {
    /// Refuses a database that is no journal, or not one of this version, or
    /// has other tables, triggers or views than it was made with.
    static func identify(_ connection: borrowing Connection) throws {
        let application = try number(connection, "PRAGMA application_id")
        guard application == Schema.applicationID else {
            throw JournalError.damaged(
                code: "JR-FORMAT", sequence: nil,
                reason: "the file is not a recover journal (application id \(application))")
        }
        let version = try number(connection, "PRAGMA user_version")
        guard version == Schema.formatVersion else {
            throw JournalError.damaged(
                code: "JR-VERSION", sequence: nil,
                reason: "the journal has format \(version); this program knows "
                    + "\(Schema.formatVersion)")
        }
        if let difference = try schemaDifference(connection) {
            throw JournalError.damaged(code: "JR-SCHEMA", sequence: nil, reason: difference)
        }
    }

    /// What is other in the database's schema than in `Schema`, or nil.
    static func schemaDifference(
        _ connection: borrowing Connection
    ) throws(SQLiteError) -> String? {
        let found = try connection.query("SELECT name, coalesce(sql, '') FROM sqlite_schema") {
            (name: $0.text(0), sql: $0.text(1))
        }
        if let extra = found.first(where: { !Schema.statements.contains($0.sql) }) {
            return "the database has another \(extra.name) than it was made with"
        }
        let texts = found.map(\.sql)
        if let missing = Schema.statements.first(where: { !texts.contains($0) }) {
            let name = missing.split(whereSeparator: \.isWhitespace).prefix(3)
            return "the database lacks: \(name.joined(separator: " "))"
        }
        return nil
    }

    /// Sets what SQLite keeps per connection, and reads it back: a setting
    /// that did not take is a journal that loses entries.
    static func applySettings(
        _ connection: borrowing Connection, mode access: Connection.Mode
    ) throws {
        var settings: [(name: String, value: Int)] = [
            ("mmap_size", 0), ("trusted_schema", 0), ("foreign_keys", 1), ("cell_size_check", 1),
        ]
        // FULL is 2. NORMAL would not sync a commit at all in WAL mode.
        if access == .readWrite { settings += [("synchronous", 2), ("wal_autocheckpoint", 0)] }
        for setting in settings {
            try connection.execute("PRAGMA \(setting.name) = \(setting.value)")
            let value = try number(connection, "PRAGMA \(setting.name)")
            guard value == setting.value else {
                throw JournalError.notReadable(
                    path: "SQLite", reason: "\(setting.name) is \(value), not \(setting.value)")
            }
        }
        // A file nobody can write has no journal mode to speak of.
        if access == .immutable { return }
        let mode = try connection.query("PRAGMA journal_mode") { $0.text(0) }.first ?? ""
        guard mode == "wal" else {
            throw JournalError.damaged(
                code: "JR-FORMAT", sequence: nil, reason: "the journal mode is \(mode), not wal")
        }
    }

    private static func number(
        _ connection: borrowing Connection, _ pragma: String
    ) throws(SQLiteError) -> Int {
        try connection.query(pragma) { $0.int(0) }.first ?? 0
    }
}

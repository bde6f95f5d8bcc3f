import SQLite

/// The journal's SQLite file: opens and checks it, holds its few statements.
///
/// The list of stored statements is the list of queries.
struct JournalDatabase: ~Copyable {
    private let connection: Connection
    private let path: String
    private let insertEntry: Statement
    private let insertProjection: Statement
    private let selectBody: Statement
    private let selectLast: Statement
    private let selectRange: Statement
    private let selectRun: Statement
    private let selectKind: Statement
    private let selectRuns: Statement

    /// Opens the journal at `path`, which must have this format's mark, schema
    /// and version; makes it safe to write unless `readOnly`.
    static func open(path: String, readOnly: Bool) throws(JournalError) -> JournalDatabase {
        do {
            let mode = readOnly ? readMode(path) : Connection.Mode.readWrite
            let connection = try Connection(path: path, mode: mode)
            try identify(connection)
            try applySettings(connection, mode: mode)
            return try JournalDatabase(connection, path: path)
        } catch let error as SQLiteError {
            throw reading(error, path)
        } catch let error as JournalError {
            throw error
        } catch {
            throw .notReadable(path: path, reason: "\(error)")
        }
    }

    /// Everything that can throw comes before the first field: a noncopyable
    /// value is either whole or not there.
    private init(_ connection: consuming Connection, path: String) throws(SQLiteError) {
        let insertEntry = try connection.prepare("INSERT INTO entry (sequence, body) VALUES (?, ?)")
        let insertProjection = try connection.prepare(
            "INSERT INTO projection (sequence, run, kind, wall_ms) VALUES (?, ?, ?, ?)")
        let selectBody = try connection.prepare("SELECT body FROM entry WHERE sequence = ?")
        let selectLast = try connection.prepare(
            "SELECT body FROM entry ORDER BY sequence DESC LIMIT 1")
        let selectRange = try connection.prepare(
            "SELECT body FROM entry WHERE sequence >= ? ORDER BY sequence LIMIT ?")
        let selectRun = try connection.prepare(
            """
            SELECT body, kind FROM projection JOIN entry USING (sequence)
            WHERE run = ? ORDER BY sequence
            """)
        let selectKind = try connection.prepare(
            "SELECT 1 FROM projection WHERE run = ? AND kind = ? LIMIT 1")
        let selectRuns = try connection.prepare(
            """
            SELECT run, first_sequence, last_sequence, entries, began_ms, latest_ms, last_kind
            FROM run_status ORDER BY first_sequence
            """)
        self.connection = connection
        self.path = path
        self.insertEntry = insertEntry
        self.insertProjection = insertProjection
        self.selectBody = selectBody
        self.selectLast = selectLast
        self.selectRange = selectRange
        self.selectRun = selectRun
        self.selectKind = selectKind
        self.selectRuns = selectRuns
    }

    /// Makes a journal at `path` with `genesis` as entry 0, whole in the main
    /// file, so that a lost `-wal` cannot take the beginning with it.
    ///
    /// Nothing is synced: nobody may see the file before the caller has done so.
    static func create(
        path: String, genesis: JournalEntry, restrict: (String) throws(JournalError) -> Void
    ) throws(JournalError) {
        do {
            let connection = try Connection(path: path, mode: .create)
            try restrict(path)
            try connection.execute("PRAGMA synchronous = OFF")
            try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
            try connection.execute("PRAGMA user_version = \(Schema.formatVersion)")
            try connection.transaction { () throws(SQLiteError) in
                for statement in Schema.statements { try connection.execute(statement) }
                try connection.prepare("INSERT INTO entry VALUES (?, ?)")
                    .run([.int(0), .blob(genesis.line)])
                try connection.prepare("INSERT INTO projection VALUES (?, ?, ?, ?)")
                    .run(projection(of: genesis))
            }
            try connection.execute("PRAGMA journal_mode = WAL")
            try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        } catch let error as SQLiteError {
            throw error.isFull
                ? .full(path: path) : .notWritable(path: path, reason: error.message)
        } catch let error as JournalError {
            throw error
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
    }

    // MARK: Writing

    /// Records `entries` in one transaction with one sync: all or none.
    borrowing func insert(_ entries: [JournalEntry]) throws(JournalError) {
        do {
            try connection.transaction { () throws(SQLiteError) in
                for entry in entries {
                    try insertEntry.run([.int(entry.sequence), .blob(entry.line)])
                    try insertProjection.run(Self.projection(of: entry))
                }
            }
        } catch {
            // After a full disk SQLite may have rolled back by itself; either
            // way nothing is to stay open.
            if error.isFull { try? connection.execute("ROLLBACK") }
            throw Self.writing(error, path)
        }
    }

    /// What a failed transaction means. Only a failing COMMIT leaves open what
    /// happened, unless a *write* failed for want of space: then the frame
    /// that commits is not there in full, and readers skip it.
    static func writing(_ error: SQLiteError, _ path: String) -> JournalError {
        if error.isFull { return .full(path: path) }
        if error.doing == "COMMIT" { return .commitUnknown(reason: error.message) }
        if error.primaryCode == 19 /* SQLITE_CONSTRAINT */ {
            return .damaged(
                code: "JR-CHAIN", sequence: nil,
                reason: "somebody else wrote entries (\(error.message))")
        }
        if isDamage(error) {
            return .damaged(code: "JR-FORMAT", sequence: nil, reason: error.message)
        }
        return .notWritable(path: path, reason: error.message)
    }

    /// Moves what is in the `-wal` file to the main file.
    borrowing func checkpoint() throws(JournalError) {
        do { try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") } catch {
            // A reader may hold it up; the entries are safe where they are.
            guard !error.isBusy else { return }
            throw error.isFull
                ? .full(path: path) : .notWritable(path: path, reason: error.message)
        }
    }

    private static func projection(of entry: JournalEntry) -> [SQLValue] {
        [.int(entry.sequence), .text(entry.run), .text(entry.kind), .int(entry.wall)]
    }

    // MARK: Reading

    /// The line of entry `sequence`, or nil behind the end.
    borrowing func body(_ sequence: Int) throws(JournalError) -> [UInt8]? {
        try bodies(selectBody, [.int(sequence)]).first
    }

    /// The last line.
    borrowing func lastBody() throws(JournalError) -> [UInt8]? { try bodies(selectLast, []).first }

    /// At most `limit` lines from entry `sequence` on.
    borrowing func bodies(from sequence: Int, limit: Int) throws(JournalError) -> [[UInt8]] {
        try bodies(selectRange, [.int(sequence), .int(limit)])
    }

    /// The lines of `run`, each with the kind the projection has for it.
    borrowing func bodies(
        run: String
    ) throws(JournalError) -> [(line: [UInt8], kind: String)] {
        do { return try selectRun.rows([.text(run)]) { ($0.blob(0), $0.text(1)) } } catch {
            throw Self.reading(error, path)
        }
    }

    /// Whether the projection has an entry of `kind` in `run`.
    borrowing func has(_ kind: String, in run: String) throws(JournalError) -> Bool {
        do { return try !selectKind.rows([.text(run), .text(kind)]) { _ in }.isEmpty } catch {
            throw Self.reading(error, path)
        }
    }

    /// All runs, in the order they began.
    borrowing func runs() throws(JournalError) -> [RunSummary] {
        do {
            return try selectRuns.rows { row in
                RunSummary(
                    run: row.text(0), firstSequence: row.int(1), lastSequence: row.int(2),
                    entries: row.int(3), firstWall: row.int(4), lastWall: row.int(5),
                    lastKind: row.text(6))
            }
        } catch { throw Self.reading(error, path) }
    }

    private borrowing func bodies(
        _ statement: borrowing Statement, _ bindings: [SQLValue]
    ) throws(JournalError) -> [[UInt8]] {
        do { return try statement.rows(bindings) { $0.blob(0) } } catch {
            throw Self.reading(error, path)
        }
    }

    /// What a failed read means.
    static func reading(_ error: SQLiteError, _ path: String) -> JournalError {
        if isDamage(error) {
            return .damaged(code: "JR-FORMAT", sequence: nil, reason: "\(path): \(error.message)")
        }
        return .notReadable(path: path, reason: "\(error.message) (SQLite \(error.code))")
    }

    /// SQLITE_CORRUPT and SQLITE_NOTADB: the file is not what SQLite wrote.
    static func isDamage(_ error: SQLiteError) -> Bool { [11, 26].contains(error.primaryCode) }
}

/// The tables of a journal, exactly as SQLite keeps their text.
///
/// `entry` is the journal. `projection` repeats what every line says, for
/// queries; `journal verify` rebuilds and compares it. The statements are
/// compared with the database's own at each start, so a changed one is a new
/// format version.
enum Schema {
    /// `RCVR`, in the file's header: this is a recover journal.
    static let applicationID = 0x5243_5652
    /// Version of tables and lines.
    static let formatVersion = 1

    /// In the order they are made.
    static let statements = [
        entry, projection, projectionByRun, noUpdate, noDelete, noGap, runStatus,
    ]

    private static let entry = """
        CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY,
            body BLOB NOT NULL
        ) STRICT
        """

    private static let projection = """
        CREATE TABLE projection (
            sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
            run TEXT NOT NULL,
            kind TEXT NOT NULL,
            wall_ms INTEGER NOT NULL
        ) STRICT
        """

    private static let projectionByRun = """
        CREATE INDEX projection_by_run ON projection (run, sequence)
        """

    private static let noUpdate = """
        CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
        BEGIN SELECT raise(ABORT, 'entries are never changed'); END
        """

    private static let noDelete = """
        CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
        BEGIN SELECT raise(ABORT, 'entries are never removed'); END
        """

    private static let noGap = """
        CREATE TRIGGER entry_no_gap BEFORE INSERT ON entry
        WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence) + 1, 0) FROM entry)
        BEGIN SELECT raise(ABORT, 'entries follow each other'); END
        """

    private static let runStatus = """
        CREATE VIEW run_status AS
        SELECT
            f.run AS run,
            span.first_sequence AS first_sequence,
            span.last_sequence AS last_sequence,
            span.entries AS entries,
            strftime('%Y-%m-%dT%H:%M:%SZ', f.wall_ms / 1000, 'unixepoch') AS began,
            strftime('%Y-%m-%dT%H:%M:%SZ', l.wall_ms / 1000, 'unixepoch') AS latest,
            l.kind AS last_kind,
            f.wall_ms AS began_ms,
            l.wall_ms AS latest_ms
        FROM (
            SELECT min(sequence) AS first_sequence, max(sequence) AS last_sequence,
                count(*) AS entries
            FROM projection WHERE run <> '' GROUP BY run
        ) AS span
        JOIN projection AS f ON f.sequence = span.first_sequence
        JOIN projection AS l ON l.sequence = span.last_sequence
        """
}

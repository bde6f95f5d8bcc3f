import Glibc
import JSON
import SQLite
import Testing

@testable import Journal

/// A place for a journal of its own and one for its head, removed at the end.
final class Fixture: Sendable {
    let root: String
    var directory: String { root + "/journal" }
    var anchors: String { root + "/anchors" }
    var database: String { directory + "/journal.db" }
    static let by: JSONValue = ["user": "anna", "host": "web1"]

    init() throws {
        var template = Array("/tmp/journal-tests-XXXXXX".utf8CString)
        root = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit { Self.remove(root) }

    func options(anchored: Bool = true) -> JournalOptions {
        JournalOptions(anchorDirectory: anchored ? anchors : nil, allowEphemeral: true)
    }

    func open(
        _ mode: Journal.Mode = .create, anchored: Bool = true
    ) throws(JournalError) -> Journal {
        try Journal.open(
            directory: directory, mode: mode, options: options(anchored: anchored),
            now: { Timestamps(wall: 1_700_000_000_000, monotonic: 5_000_999, boot: "b00t") },
            by: Self.by, engineVersion: "1.2.3")
    }

    /// A closed journal with `count` entries after the genesis.
    func make(entries count: Int, anchored: Bool = true) throws {
        var journal = try open(anchored: anchored)
        for number in 0..<count { _ = try journal.append([Self.draft(number)]) }
        try journal.close()
    }

    static func draft(_ number: Int) -> Draft {
        Draft(
            run: "run-\(number % 2)", kind: number == 0 ? "run-started" : "step-done",
            data: ["number": .int(number), "text": "café \u{1}\n\"x\"", "list": [true, [:]]])
    }

    func verify(
        atLeast: JournalHead? = nil, anchored: Bool = true
    ) -> VerificationReport {
        JournalVerifier.verify(
            directory: directory, atLeast: atLeast, options: options(anchored: anchored))
    }

    func codes(anchored: Bool = true) -> [String] {
        verify(anchored: anchored).findings.map {
            "\($0.code)@\($0.sequence.map(String.init) ?? "-")"
        }
    }

    /// Runs `sql` on the database as somebody with the sqlite3 program would,
    /// without the triggers that guard against mistakes.
    func tamper(_ sql: String, _ bindings: [SQLValue] = []) throws {
        let connection = try Connection(path: database, mode: .readWrite)
        let triggers = try connection.query(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ) {
            ($0.text(0), $0.text(1))
        }
        for (name, _) in triggers { try connection.execute("DROP TRIGGER \(name)") }
        try connection.execute("PRAGMA foreign_keys = 0")
        try connection.prepare(sql).run(bindings)
        for (_, text) in triggers { try connection.execute(text) }
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    func bodies() throws -> [[UInt8]] {
        let connection = try Connection(path: database, mode: .readOnly)
        return try connection.query("SELECT body FROM entry ORDER BY sequence") { $0.blob(0) }
    }

    static func remove(_ path: String) {
        for name in (try? Files.names(in: path)) ?? [] {
            if unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
        }
        rmdir(path)
    }

    /// The error that opening in `mode` ends with, or nil.
    func refusal(_ mode: Journal.Mode = .readWrite, anchored: Bool = true) -> JournalError? {
        do {
            let journal = try open(mode, anchored: anchored)
            _ = journal.head
            return nil
        } catch { return error }
    }
}

extension ChainCheck {
    /// Takes `line` where the projection has what `entry` says.
    mutating func take(_ sequence: Int, _ line: [UInt8], as entry: JournalEntry?) {
        Array((entry?.run ?? "").utf8).withUnsafeBytes { run in
            Array((entry?.kind ?? "").utf8).withUnsafeBytes { kind in
                line.withUnsafeBytes {
                    take(
                        sequence: sequence, line: $0,
                        row: entry.map { Row(run: run, kind: kind, wall: $0.wall) })
                }
            }
        }
    }
}

extension String {
    /// With `new` for the first `old`; nil if there is none.
    func replacingFirst(_ old: String, _ new: String) -> String? {
        let bytes = Array(utf8), old = Array(old.utf8)
        guard
            let place = bytes.indices.first(where: { bytes[$0...].starts(with: old) })
        else { return nil }
        let text = bytes[..<place] + Array(new.utf8) + bytes[(place + old.count)...]
        return String(decoding: text, as: UTF8.self)
    }
}

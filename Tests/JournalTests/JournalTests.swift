import Digest
import Glibc
import JSON
import Processes
import SQLite
import Testing

@testable import Journal

@Suite struct `A journal` {
    @Test func `entries carry the digest of the line before`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        let first = try journal.append([Fixture.draft(0), Fixture.draft(1)])
        let second = try journal.append([
            Draft(kind: "note", by: ["user": "bob", "host": "h", "key": "k"])
        ])
        let all = try journal.allEntries()
        #expect(all.map(\.sequence) == [0, 1, 2, 3])
        #expect(all[1...].elementsEqual(first + second))
        #expect(all[0].kind == "genesis")
        #expect(all[0].previous == String(repeating: "0", count: 64))
        #expect(all[0].data == ["journal": .string(journal.id), "format": 1, "engine": "1.2.3"])
        for (before, entry) in zip(all, all.dropFirst()) {
            #expect(entry.previous == SHA256.hex(before.line))
        }
        #expect(second[0].by["user"] == "bob")
        #expect(first[0].by == Fixture.by)
        #expect(journal.head == JournalHead(sequence: 3, digest: second[0].digest))
        #expect(try journal.allEntries(from: 2, limit: 1) == [first[1]])
        try journal.close()
        #expect(fixture.verify().isIntact, "\(fixture.codes())")
    }

    @Test func `runs are found by their entries`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 5)
        let journal = try fixture.open(.readOnly)
        #expect(try journal.runs().map(\.run) == ["run-0", "run-1"])
        let run = try journal.runs()[0]
        #expect(run.firstSequence == 1 && run.lastSequence == 5 && run.entries == 3)
        #expect(run.lastKind == "step-done" && run.firstWall == 1_700_000_000_000)
        #expect(try journal.entries(run: "run-1").map(\.sequence) == [2, 4])
        #expect(try journal.entries(run: "none").isEmpty)
        #expect(try journal.has("run-started", in: "run-0"))
        #expect(try !journal.has("run-started", in: "run-1") && !journal.has("run-started", in: ""))
    }

    @Test func `what was read before is not believed but compared`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 6)
        let before = try fixture.open(.readOnly).entries(run: "run-0")
        var journal = try fixture.open(.readWrite)
        journal.remember(before)
        #expect(try journal.entries(run: "run-0") == before)
        #expect(try journal.entries(run: "run-1").map(\.sequence) == [2, 4, 6], "another run")
        _ = try journal.append([Fixture.draft(8)])
        #expect(try journal.entries(run: "run-0").map(\.sequence) == [1, 3, 5, 7])
        try fixture.tamper(
            """
            UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '"number":2', '"number":9')
            AS BLOB)
            """)
        #expect(try journal.entries(run: "run-0")[1].data["number"] == 9)
        try fixture.tamper("UPDATE entry SET body = x'7b7d' WHERE sequence = 3")
        #expect(throws: JournalError.self) { _ = try journal.entries(run: "run-0") }
    }

    @Test func `a run is not read through a projection that lies`() throws {
        for (sql, run) in [
            ("UPDATE projection SET run = 'run-0' WHERE sequence = 2", "run-0"),
            ("UPDATE projection SET kind = 'recovered' WHERE sequence = 5", "run-0"),
        ] {
            let fixture = try Fixture()
            try fixture.make(entries: 5)
            try fixture.tamper(sql)
            let journal = try fixture.open(.readOnly)
            do {
                _ = try journal.entries(run: run)
                Issue.record("\(sql)")
            } catch { #expect(error.code == "JR-VIEW" && error.exitCode == 7, "\(sql)") }
        }
    }

    @Test func `it goes on where it ended, also after being dropped`() throws {
        let fixture = try Fixture()
        do {
            var journal = try fixture.open()
            _ = try journal.append([Fixture.draft(0)])
        }
        var journal = try fixture.open(.readWrite)
        #expect(journal.head.sequence == 1)
        #expect(try journal.append([Fixture.draft(1)])[0].sequence == 2)
        try journal.close()
        #expect(fixture.verify().isIntact)
    }

    @Test func `a line is canonical and counts microseconds`() throws {
        // 200 days in nanoseconds are more than a JSON number holds exactly.
        let long = Timestamps(wall: 1, monotonic: 200 * 86_400_000_000_000 + 123_456, boot: "b")
        let entry = EntryLine.encode(
            Draft(run: "r", kind: "k", data: ["b": 1, "a": "é\u{1}"]), journal: "j", after: nil,
            at: long, by: ["user": "u"])
        let zeros = String(repeating: "0", count: 64)
        #expect(
            String(decoding: entry.line, as: UTF8.self) == """
                {"boot":"b","by":{"user":"u"},"data":{"a":"é\\u0001","b":1},"journal":"j","kind":"k",\
                "mono":17280000000123,"prev":"\(zeros)","run":"r","seq":0,"v":1,"wall":1}
                """)
    }

    @Test func `several drafts are recorded together or not at all`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        _ = try journal.append([Fixture.draft(0)])
        let before = journal.head
        // Somebody writes a row of their own where the second draft would go.
        try fixture.tamper("INSERT INTO projection VALUES (3, 'x', 'x', 1)")
        #expect(throws: JournalError.self) {
            _ = try journal.append([Fixture.draft(1), Fixture.draft(2)])
        }
        #expect(journal.head == before)
        #expect(try journal.allEntries().count == 2)
        try fixture.tamper("DELETE FROM projection WHERE sequence = 3")
        #expect(try journal.append([Fixture.draft(1), Fixture.draft(2)]).count == 2)
        try journal.close()
        #expect(fixture.verify().isIntact)
    }

    @Test func `entries are neither changed nor removed nor put out of order`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 2)
        let connection = try Connection(path: fixture.database, mode: .readWrite)
        for sql in [
            "UPDATE entry SET body = x'00'", "DELETE FROM entry WHERE sequence = 2",
            "INSERT INTO entry VALUES (9, x'00')", "INSERT OR REPLACE INTO entry VALUES (1, x'00')",
            "INSERT INTO entry VALUES (NULL, x'00')",
        ] {
            let error = #expect(throws: SQLiteError.self, "\(sql)") { try connection.execute(sql) }
            #expect(error?.message.contains("entries") == true, "\(sql)")
        }
    }

    @Test func `another writer's rows are noticed at once`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        try fixture.tamper("INSERT INTO entry VALUES (1, x'7b7d')")
        let error = #expect(throws: JournalError.self) {
            _ = try journal.append([Fixture.draft(0)])
        }
        #expect(error?.code == "JR-CHAIN")
    }

    @Test func `what a failed commit means`() {
        func meaning(_ code: Int32, _ doing: String) -> JournalError {
            JournalDatabase.writing(SQLiteError(code: code, message: "m", doing: doing), "p")
        }
        // SQLITE_IOERR_FSYNC, SQLITE_FULL, SQLITE_IOERR_SHMSIZE, SQLITE_BUSY,
        // SQLITE_READONLY, SQLITE_CONSTRAINT_TRIGGER, SQLITE_CORRUPT.
        #expect(meaning(1034, "COMMIT") == .commitUnknown(reason: "m"))
        #expect(meaning(4874, "COMMIT") == .commitUnknown(reason: "m"))
        #expect(meaning(13, "COMMIT") == .full(path: "p"))
        #expect(meaning(13, "INSERT") == .full(path: "p"))
        #expect(meaning(1034, "INSERT") == .notWritable(path: "p", reason: "m"))
        #expect(meaning(5, "BEGIN IMMEDIATE") == .notWritable(path: "p", reason: "m"))
        #expect(meaning(8, "INSERT") == .notWritable(path: "p", reason: "m"))
        #expect(meaning(1811, "INSERT").code == "JR-CHAIN")
        #expect(meaning(11, "INSERT").code == "JR-FORMAT")
    }

    @Test func `the settings are those that keep entries`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        let connection = try Connection(path: fixture.database, mode: .readWrite)
        try JournalDatabase.applySettings(connection, mode: .readWrite)
        for (pragma, value) in [
            ("synchronous", 2), ("wal_autocheckpoint", 0), ("mmap_size", 0), ("trusted_schema", 0),
            ("foreign_keys", 1), ("application_id", 0x5243_5652), ("user_version", 1),
        ] {
            #expect(try connection.query("PRAGMA \(pragma)") { $0.int(0) } == [value], "\(pragma)")
        }
        #expect(try connection.query("PRAGMA journal_mode") { $0.text(0) } == ["wal"])
    }

    @Test func `an engine that was killed leaves a prefix`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        _ = try journal.append([Fixture.draft(0)])
        // What a crash leaves: the files as they are while the writer lives.
        let copy = try Fixture()
        Fixture.remove(copy.directory)
        try Files.makeDirectories(copy.directory)
        for name in ["journal.db", "journal.db-wal"] {
            let bytes = try Files.read("\(fixture.directory)/\(name)", atMost: 1 << 30)
            try Files.replace("\(copy.directory)/\(name)", with: bytes)
        }
        let reopened = try copy.open(.readWrite, anchored: false)
        #expect(reopened.head == journal.head)
    }

    @Test func `large output lives beside the journal and is demanded`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        let bytes = [UInt8](repeating: 7, count: 20_000)
        let stored = try journal.storeOutput(bytes)
        #expect(try journal.storeOutput(bytes) == stored)
        #expect(stored.digest == SHA256.hex(bytes))
        _ = try journal.append([Draft(kind: "k", data: ["out": [["deep": stored.json]]])])
        #expect(try journal.output(stored.digest) == bytes)
        try journal.close()
        #expect(fixture.verify().isIntact)
        let path = "\(fixture.directory)/outputs/\(stored.digest)"
        try Files.replace(path, with: [UInt8](repeating: 8, count: 20_000))
        #expect(fixture.codes() == ["JR-OUTPUT@1"])
        try Files.replace(path, with: bytes + [1])
        #expect(fixture.codes() == ["JR-OUTPUT@1"])
        unlink(path)
        #expect(fixture.codes() == ["JR-OUTPUT@1"])
        #expect(symlink("/etc/passwd", path) == 0)
        #expect(fixture.codes() == ["JR-OUTPUT@1"])
        let reader = try fixture.open(.readOnly)
        #expect(throws: JournalError.self) { _ = try reader.output("../../../etc/passwd") }
        #expect(throws: JournalError.self) { _ = try reader.output(stored.digest) }
    }

    @Test func `data that cannot be hashed is a mistake of ours`() throws {
        // A trap ends the process with SIGILL.
        #expect(try Mortal.ending("draft", "null") == .signalled(SIGILL))
        #expect(try Mortal.ending("draft", "fraction") == .signalled(SIGILL))
        #expect(try Mortal.ending("draft", "number") == .exited(0))
    }
}

import Digest
import Glibc
import JSON
import SQLite
import Testing

@testable import Journal

@Suite struct `Verification` {
    @Test func `B58 every changed byte is found, in memory`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 3)
        let bodies = try fixture.bodies()
        let entries = try bodies.map(EntryLine.decode)
        let head = JournalHead(sequence: 3, digest: SHA256.hex(bodies[3]))
        func isFound(_ place: Int, _ mutant: [UInt8]) -> Bool {
            var check = ChainCheck(known: [head])
            for (sequence, body) in bodies.enumerated() {
                check.take(sequence, sequence == place ? mutant : body, as: entries[sequence])
            }
            return !check.finish().isIntact
        }
        #expect(!isFound(0, bodies[0]))
        var undetected: [String] = []
        for (place, body) in bodies.enumerated() {
            for offset in body.indices {
                var flipped = body
                flipped[offset] ^= 1 << UInt8(offset % 8)
                var shorter = body
                shorter.remove(at: offset)
                for mutant in [flipped, shorter] where !isFound(place, mutant) {
                    undetected.append("\(place)/\(offset)")
                }
            }
        }
        #expect(undetected.isEmpty)
    }

    @Test func `B58 changed bytes are found in the file`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 3)
        for (place, body) in try fixture.bodies().enumerated() {
            for offset in stride(from: place, to: body.count, by: 23) {
                var mutant = body
                mutant[offset] ^= 1
                let sql = "UPDATE entry SET body = ? WHERE sequence = ?"
                try fixture.tamper(sql, [.blob(mutant), .int(place)])
                let report = fixture.verify()
                #expect(!report.isIntact, "entry \(place), byte \(offset)")
                #expect(
                    report.findings.contains { $0.sequence == place || $0.sequence == 3 },
                    "entry \(place), byte \(offset): \(report.findings)")
                try fixture.tamper(sql, [.blob(body), .int(place)])
            }
        }
        #expect(fixture.verify().isIntact)
    }

    @Test func `B58 a value changed in place is named by its entry`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 3)
        try fixture.tamper(
            """
            UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '"number":1', '"number":7')
            AS BLOB)
            """)
        #expect(fixture.codes() == ["JR-CHAIN@2"])
    }

    @Test func `B58 rows deleted, swapped, repeated or added`() throws {
        for (sql, expected) in [
            ("DELETE FROM entry WHERE sequence = 2", "JR-CHAIN@2"),
            (
                "UPDATE entry SET body = (SELECT body FROM entry AS o WHERE o.sequence = 3 - entry.sequence) "
                    + "WHERE sequence IN (1, 2)", "JR-CHAIN@1"
            ),
            ("INSERT INTO entry SELECT 4, body FROM entry WHERE sequence = 3", "JR-CHAIN@4"),
            ("INSERT INTO entry VALUES (4, x'7b7d')", "JR-CANON@4"),
            ("INSERT INTO entry VALUES (-1, x'7b7d')", "JR-CHAIN@0"),
            ("DELETE FROM entry WHERE sequence = 0", "JR-CHAIN@0"),
            ("DELETE FROM entry", "JR-CHAIN@0"),
        ] {
            let fixture = try Fixture()
            try fixture.make(entries: 3)
            try fixture.tamper(sql)
            #expect(fixture.codes().contains(expected), "\(sql): \(fixture.codes())")
        }
    }

    @Test func `B58 the last entry removed in full shows against the known head only`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 3)
        try fixture.tamper("DELETE FROM projection WHERE sequence = 3")
        try fixture.tamper("DELETE FROM entry WHERE sequence = 3")
        #expect(fixture.codes() == ["JR-ROLLBACK@3"])
        #expect(fixture.refusal()?.code == "JR-ROLLBACK")
        let unknown = fixture.verify(anchored: false)
        #expect(unknown.isIntact && !unknown.headWasKnown)
    }

    @Test(arguments: [
        ("{\"v\":", "{ \"v\":"), ("\"number\":1", "\"number\":1.0"), ("\"user\"", "\"\\u0075ser\""),
        ("\"number\":1", "\"number\":null"), ("\"v\":1", "\"v\":1,\"w\":1"),
        ("\"run\":\"run-1\",", ""),
    ])
    func `B59 a line that is not canonical`(change: (String, String)) throws {
        let fixture = try Fixture()
        try fixture.make(entries: 2)
        // Key order is alphabetical, so the first key is not `v`.
        let from = change.0 == "{\"v\":" ? "{\"boot\":" : change.0
        let to = change.0 == "{\"v\":" ? "{ \"boot\":" : change.1
        try fixture.tamper(
            "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE sequence = 2",
            [.text(from), .text(to)])
        #expect(fixture.codes(anchored: false).contains("JR-CANON@2"))
    }

    @Test func `B60 edited projections`() throws {
        for (sql, expected) in [
            ("UPDATE projection SET kind = 'x' WHERE sequence = 2", "JR-VIEW@2"),
            ("UPDATE projection SET run = '' WHERE sequence = 1", "JR-VIEW@1"),
            ("UPDATE projection SET wall_ms = 1 WHERE sequence = 0", "JR-VIEW@0"),
            ("DELETE FROM projection WHERE sequence = 3", "JR-VIEW@3"),
            ("INSERT INTO projection VALUES (9, 'r', 'k', 1)", "JR-VIEW@9"),
        ] {
            let fixture = try Fixture()
            try fixture.make(entries: 3)
            try fixture.tamper(sql)
            #expect(fixture.codes() == [expected], "\(sql)")
        }
    }

    @Test(arguments: [
        "CREATE TRIGGER hide AFTER INSERT ON entry BEGIN SELECT 1; END",
        "CREATE TABLE extra (a) STRICT", "CREATE VIEW other AS SELECT 1", "DROP VIEW run_status",
        "DROP TRIGGER entry_no_delete", "ALTER TABLE projection ADD COLUMN a INTEGER", "ANALYZE",
        "CREATE INDEX i ON projection (kind)",
    ])
    func `B62 a schema that is not ours`(sql: String) throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        try Connection(path: fixture.database, mode: .readWrite)
            .execute(
                sql == "CREATE TABLE extra (a) STRICT" ? "CREATE TABLE extra (a INT) STRICT" : sql)
        #expect(fixture.codes() == ["JR-SCHEMA@-"])
        #expect(fixture.refusal()?.code == "JR-SCHEMA")
        #expect(fixture.refusal(.readOnly)?.code == "JR-SCHEMA")
    }

    @Test func `B54 B55 B56 files that are no journal of this version`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        let whole = try Files.read(fixture.database, atMost: 1 << 30)
        let text = Array("just some text, longer than a header would be".utf8)
        for bytes in [[], text, Array(whole.prefix(4096)), Array(whole.prefix(100))] {
            try Files.replace(fixture.database, with: bytes)
            #expect(fixture.refusal()?.code == "JR-FORMAT", "\(bytes.count) bytes")
            #expect(fixture.codes().first == "JR-FORMAT@-", "\(bytes.count) bytes")
            #expect(try Files.read(fixture.database, atMost: 1 << 30) == bytes, "left alone")
        }
        for (pragma, code) in [
            ("user_version = 2", "JR-VERSION"), ("application_id = 5", "JR-FORMAT"),
        ] {
            try Files.replace(fixture.database, with: whole)
            try Connection(path: fixture.database, mode: .readWrite).execute("PRAGMA \(pragma)")
            #expect(fixture.refusal()?.code == code)
            #expect(fixture.codes().first == "\(code)@-")
        }
    }

    @Test func `B57 a lost -wal is noticed against the known head`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        for number in 0..<5 { _ = try journal.append([Fixture.draft(number)]) }
        try journal.anchorHead()
        // The database as it is without its -wal: a copy, since the writer lives.
        let copy = try Fixture()
        try Files.makeDirectories(copy.directory)
        let bytes = try Files.read(fixture.database, atMost: 1 << 30)
        try Files.replace(copy.database, with: bytes)
        #expect(rename(fixture.anchors, copy.anchors) == 0)
        #expect(copy.refusal()?.code == "JR-ROLLBACK")
        #expect(copy.refusal(.readOnly)?.code == "JR-ROLLBACK")
        #expect(copy.codes() == ["JR-ROLLBACK@5"])
        #expect(copy.refusal(anchored: false) == nil, "without a head nobody can tell")
    }

    @Test func `B57 a journal that vanished is not begun anew`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        Fixture.remove(fixture.directory)
        #expect(fixture.refusal(.readWrite)?.code == "JR-NONE")
        #expect(fixture.refusal(.create)?.code == "JR-ROLLBACK")
        Fixture.remove(fixture.anchors)
        #expect(fixture.refusal(.create) == nil)
    }

    @Test func `a head given by the auditor is demanded`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 3)
        let entry = try fixture.open(.readOnly).allEntries()[2]
        #expect(fixture.verify(atLeast: JournalHead(sequence: 2, digest: entry.digest)).isIntact)
        for head in [
            JournalHead(sequence: 2, digest: "x"), JournalHead(sequence: 9, digest: entry.digest),
        ] {
            let report = fixture.verify(atLeast: head, anchored: false)
            #expect(report.findings.map(\.code) == ["JR-ROLLBACK"])
        }
    }

    @Test func `a damaged anchor is not taken for none`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        let id = try fixture.open(.readOnly).id
        try Files.replace("\(fixture.anchors)/\(id).head", with: [0x78])
        #expect(fixture.refusal()?.code == "JR-ROLLBACK")
    }

    @Test(arguments: [
        ("{\"boot\"", "{ \"boot\""), ("\"number\":1", "\"number\":1.0"), ("\"number\":1", "\"number\":01"),
        ("\"user\"", "\"\\u0075ser\""), ("\"number\":1", "\"number\":null"), ("\\u0001", "\\u0001\\/"),
        ("\\u0001", "\\u000a"), ("\\u0001", "\\u001F"), ("\"number\":1", "\"number\":9007199254740992"),
        ("\"list\":[true,{}],", "\"zlist\":[true,{}],"), ("\"host\":", "\"\":1,\"\":2,\"host\":"),
        ("\"mono\":5000", "\"mono\":5e3"), ("\"seq\":2", "\"seq\":2,\"t\":1"), ("}", "} "),
    ])
    func `B59 a line that is not canonical in a chain that is right`(change: (String, String)) throws {
        #expect(try Self.codes(relinked: change) == ["JR-CANON@2"])
    }

    @Test(arguments: [
        ("\"journal\":\"", "\"journal\":\"0", "JR-CHAIN@2"), ("\"seq\":2", "\"seq\":3", "JR-CHAIN@2"),
        ("\"run\":\"run-1\"", "\"run\":\"run-0\"", "JR-VIEW@2"),
        ("\"kind\":\"step-done\"", "\"kind\":\"step-dome\"", "JR-VIEW@2"),
        ("\"wall\":17", "\"wall\":18", "JR-VIEW@2"), ("\"v\":1", "\"v\":2", "JR-VERSION@2"),
    ])
    func `a wrong field in a chain that is right`(change: (String, String, String)) throws {
        #expect(try Self.codes(relinked: (change.0, change.1)) == [change.2])
    }

    /// What is found where one line was changed and all behind it linked anew.
    private static func codes(relinked change: (String, String)) throws -> [String] {
        let fixture = try Fixture()
        try fixture.make(entries: 4)
        let bodies = try fixture.bodies()
        let text = String(decoding: bodies[2], as: UTF8.self)
        var line = Array(try #require(text.replacingFirst(change.0, change.1)).utf8)
        if change.0 == "}" { line = bodies[2] + [0x20] }
        let sql = "UPDATE entry SET body = ? WHERE sequence = ?"
        try fixture.tamper(sql, [.blob(line), .int(2)])
        // Everything behind is linked anew, as somebody would who knows how.
        for sequence in 3...4 {
            let last = "\"prev\":\"\(SHA256.hex(bodies[sequence - 1]))\""
            let now = "\"prev\":\"\(SHA256.hex(line))\""
            let text = String(decoding: bodies[sequence], as: UTF8.self)
            line = Array(try #require(text.replacingFirst(last, now)).utf8)
            try fixture.tamper(sql, [.blob(line), .int(sequence)])
        }
        return fixture.codes(anchored: false)
    }

    @Test func `a line that was written again in another run is told by the chain`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 4)
        for (field, value, code) in [
            ("\"run\":\"run-1\"", "\"run\":\"run-0\"", "JR-VIEW@2"),
            ("\"kind\":\"step-done\"", "\"kind\":\"step-dome\"", "JR-VIEW@2"),
            ("\"wall\":17", "\"wall\":18", "JR-VIEW@2"), ("\"seq\":2", "\"seq\":3", "JR-CHAIN@2"),
            ("\"v\":1", "\"v\":2", "JR-VERSION@2"), ("\"journal\":\"", "\"journal\":\"0", "JR-CHAIN@2"),
        ] {
            let body = try fixture.bodies()[2]
            let text = String(decoding: body, as: UTF8.self)
            let mutant = Array(try #require(text.replacingFirst(field, value)).utf8)
            try fixture.tamper("UPDATE entry SET body = ? WHERE sequence = 2", [.blob(mutant)])
            #expect(fixture.codes().contains(code), "\(field): \(fixture.codes())")
            #expect(fixture.codes().contains("JR-CHAIN@2"), "\(field): \(fixture.codes())")
            try fixture.tamper("UPDATE entry SET body = ? WHERE sequence = 2", [.blob(body)])
        }
        #expect(fixture.verify().isIntact)
    }

    @Test func `spliced entries of another journal`() throws {
        let one = try Fixture()
        let other = try Fixture()
        try one.make(entries: 2)
        try other.make(entries: 2)
        let body = try other.bodies()[2]
        try one.tamper("UPDATE entry SET body = ? WHERE sequence = 2", [.blob(body)])
        #expect(one.codes(anchored: false).contains("JR-CHAIN@2"))
        #expect(one.refusal(anchored: false)?.code == "JR-CHAIN")
    }
}

import Digest
import Glibc
import JSON
import Processes
import Testing

@testable import Journal

@Suite struct `The head kept elsewhere` {
    static func path(_ fixture: Fixture) throws -> String {
        let name = try #require(
            try Files.names(in: fixture.anchors).first { $0.hasSuffix(".head") })
        return "\(fixture.anchors)/\(name)"
    }

    static func bytes(_ fixture: Fixture) throws -> [UInt8] {
        try Files.read(try path(fixture), atMost: 1 << 16)
    }

    static func put(_ bytes: [UInt8], _ fixture: Fixture) throws {
        try Files.replace(try path(fixture), with: bytes)
    }

    @Test func `is written in place, one line and then the other`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        let inode = try Files.status(try Self.path(fixture))?.st_ino
        var before = try Self.bytes(fixture)
        #expect(before.count % 1024 == 0)
        let room = before.count / 2
        var last = -1
        for number in 1...6 {
            _ = try journal.append([Fixture.draft(number)])
            let now = try Self.bytes(fixture)
            #expect(Anchor.newest(in: now)?.head == journal.head)
            let changed = [0, 1].filter { place in
                now[(place * room)...].prefix(room) != before[(place * room)...].prefix(room)
            }
            #expect(changed.count == 1 && changed[0] != last)
            last = changed.first ?? -1
            before = now
        }
        try journal.close()
        #expect(try Files.status(try Self.path(fixture))?.st_ino == inode)
        #expect(try Files.names(in: fixture.anchors).count == 1)
        let again = try fixture.open(.readWrite)
        #expect(try Files.status(try Self.path(fixture))?.st_ino == inode)
        #expect(Anchor.newest(in: try Self.bytes(fixture))?.head == again.head)
    }

    @Test func `a line that is written half leaves the other`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        _ = try journal.append([Fixture.draft(0)])
        let before = try Self.bytes(fixture), old = journal.head
        _ = try journal.append([Fixture.draft(1)])
        let after = try Self.bytes(fixture), new = journal.head
        var heads: [JournalHead: Int] = [:]
        for cut in 0...after.count {
            for text in [after[..<cut] + before[cut...], before[..<cut] + after[cut...]] {
                let head = try #require(Anchor.newest(in: Array(text))?.head, "\(cut)")
                #expect(head == old || head == new)
                heads[head, default: 0] += 1
            }
        }
        #expect(heads.count == 2)
        // And the journal goes on from whatever is left, into the broken line.
        try journal.close()
        let whole = try Self.bytes(fixture), room = whole.count / 2
        for place in [0, 1] {
            var torn = whole
            for offset in place * room + 90..<place * room + 200 { torn[offset] = 0x78 }
            try Self.put(torn, fixture)
            #expect(fixture.verify().isIntact && fixture.verify().headWasKnown)
            let reopened = try fixture.open(.readWrite)
            #expect(Anchor.newest(in: try Self.bytes(fixture))?.head == reopened.head)
            #expect(
                try Self.bytes(fixture).split(separator: 0x0A).allSatisfy {
                    Anchor(line: $0) != nil
                })
        }
    }

    @Test func `no changed byte of it passes for another head`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        let whole = try Self.bytes(fixture), head = try #require(Anchor.newest(in: whole)).head
        let room = whole.count / 2
        for offset in whole.indices {
            var mutant = whole
            mutant[offset] ^= 1
            // Without the line's end between them, two lines are none.
            let expected = offset == room - 1 ? nil : head
            #expect(Anchor.newest(in: mutant)?.head == expected, "\(offset)")
        }
        var both = whole
        both[100] ^= 1
        both[100 + room] ^= 1
        try Self.put(both, fixture)
        #expect(fixture.refusal()?.code == "JR-ROLLBACK")
        #expect(fixture.codes() == ["JR-ROLLBACK@-"])
        try Self.put(Array(whole.prefix(room)), fixture)
        #expect(fixture.refusal() == nil, "one line says as much")
        try Self.put([], fixture)
        #expect(fixture.refusal() == nil, "an empty file says nothing")
    }

    @Test func `is made again where somebody took it away`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        let path = try Self.path(fixture)
        unlink(path)
        _ = try journal.append([Fixture.draft(0)])
        let head = journal.head
        try journal.close()
        #expect(Anchor.newest(in: try Self.bytes(fixture))?.head == head)
        #expect(try Files.status(path)?.st_mode == S_IFREG | 0o600)
        // A link is not followed but replaced.
        #expect(rename(path, fixture.root + "/elsewhere") == 0)
        #expect(symlink(fixture.root + "/elsewhere", path) == 0)
        #expect(fixture.refusal()?.code == "JR-READ")
    }

    @Test func `follows a journal that was moved`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 2)
        let moved = fixture.root + "/" + String(repeating: "long", count: 60)
        #expect(rename(fixture.directory, moved) == 0)
        let journal = try Journal.open(
            directory: moved, mode: .readWrite, options: fixture.options(),
            now: { Timestamps(wall: 1, monotonic: 1, boot: "b") }, by: Fixture.by,
            engineVersion: "1")
        let anchor = try #require(Anchor.newest(in: try Self.bytes(fixture)))
        #expect(anchor.directory == moved && anchor.head == journal.head)
        #expect(fixture.refusal(.create) == nil, "nothing stands in the old place")
    }

    @Test func `outlives a process that is killed`() throws {
        let place = try Fixture()
        #expect(try Mortal.ending("killed", place.root, "7") == .signalled(SIGKILL))
        #expect(Anchor.newest(in: try Self.bytes(place))?.head.sequence == 7)
        #expect(place.verify().isIntact && place.verify().headWasKnown)
        try place.make(entries: 1)
        #expect(place.verify().isIntact && place.verify().entries == 9)
    }
}

@Suite struct `Digests` {
    @Test func `one after the other are those of each alone`() {
        let digester = Digester()
        var text = [UInt8](repeating: 0, count: 64)
        for count in [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 100_000] {
            let bytes = [UInt8](repeating: UInt8(count % 251), count: count)
            bytes.withUnsafeBytes { digester.hex($0, into: &text) }
            #expect(String(decoding: text, as: UTF8.self) == SHA256.hex(bytes), "\(count)")
        }
        // FIPS 180-4's own example.
        #expect(
            SHA256.hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hexadecimal([0, 15, 16, 255]) == "000f10ff" && SHA256.hexadecimal([]).isEmpty)
    }
}

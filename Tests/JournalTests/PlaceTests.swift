import Glibc
import JSON
import Testing

@testable import Journal

@Suite struct `The place of a journal` {
    @Test func `B65 modes, links and other kinds`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        func expect(_ code: String, _ comment: Comment) {
            #expect(fixture.refusal()?.code == code, comment)
            #expect(fixture.refusal(.readOnly)?.code == code, comment)
            #expect(fixture.verify().findings.contains { $0.code == code }, comment)
        }
        for (path, mode, right) in [
            (fixture.database, 0o644, 0o600), (fixture.directory, 0o755, 0o700),
            (fixture.root, 0o777, 0o700), (fixture.directory + "/outputs", 0o750, 0o700),
            (fixture.directory + "/journal.lock", 0o666, 0o600),
        ] as [(String, mode_t, mode_t)] {
            chmod(path, mode)
            expect("JR-PERM", "\(path)")
            chmod(path, right)
        }
        #expect(link(fixture.database, fixture.root + "/second") == 0)
        expect("JR-LINK", "hard link")
        unlink(fixture.root + "/second")
        #expect(rename(fixture.database, fixture.root + "/moved") == 0)
        #expect(symlink(fixture.root + "/moved", fixture.database) == 0)
        expect("JR-LINK", "symbolic link")
        unlink(fixture.database)
        #expect(mkdir(fixture.database, 0o700) == 0)
        expect("JR-FORMAT", "a directory")
        rmdir(fixture.database)
        #expect(rename(fixture.root + "/moved", fixture.database) == 0)
        #expect(fixture.verify().isIntact)
    }

    @Test func `B65 another owner is refused, except to root`() {
        #expect(JournalDirectory.accessObjection(mode: 0o600, owner: 7, user: 7) == nil)
        #expect(JournalDirectory.accessObjection(mode: 0o600, owner: 7, user: 0) == nil)
        #expect(JournalDirectory.accessObjection(mode: 0o600, owner: 7, user: 8) != nil)
        #expect(JournalDirectory.accessObjection(mode: 0o600, owner: 0, user: 8) != nil)
    }

    @Test func `made with nobody else's access, whatever the umask`() throws {
        let fixture = try Fixture()
        var journal = try fixture.open()
        _ = try journal.append([Fixture.draft(0)])
        for name in ["", "/outputs"] {
            #expect(try Files.status(fixture.directory + name)?.st_mode == S_IFDIR | 0o700)
        }
        for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.lock", "ballast"] {
            #expect(
                try Files.status("\(fixture.directory)/\(name)")?.st_mode == S_IFREG | 0o600,
                "\(name)")
        }
    }

    @Test(arguments: [
        (0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (-11_317_950, "CIFS"), (0xFE53_4D42, "SMB2"),
        (0x0102_1997, "9p"),
        (0x6573_5546, "FUSE"), (0x0102_1994, "tmpfs"), (-1, "does not say"),
    ])
    func `B65 shared and passing file systems`(type: Int, name: String) throws {
        let fixture = try Fixture()
        let options = JournalOptions(filesystemType: { _ in type })
        do {
            _ = try Journal.open(
                directory: fixture.directory, mode: .create, options: options,
                now: { Timestamps(wall: 1, monotonic: 1, boot: "b") }, by: Fixture.by,
                engineVersion: "1")
            Issue.record("opened on \(name)")
        } catch {
            #expect(error.code == "JR-FS" && "\(error)".contains(name), "\(error)")
        }
        #expect(try Files.status(fixture.database) == nil)
    }

    @Test func `memory will do for a drill, a local disk always`() {
        #expect(FilesystemRule.objection(type: 0x0102_1994, allowEphemeral: true) == nil)
        #expect(FilesystemRule.objection(type: 0xEF53, allowEphemeral: false) == nil)
    }

    @Test func `one writer at a time, and the second learns who`() throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        guard case .busy(let owner?) = fixture.refusal() else {
            Issue.record("two writers")
            return
        }
        #expect(owner.pid == Int(getpid()) && owner.user == "anna" && owner.host == "web1")
        #expect(owner.since == 1_700_000_000_000 && owner.boot == "b00t")
        #expect(fixture.refusal(.readOnly) == nil, "readers need no lock")
        #expect(JournalError.busy(owner).exitCode == 8)
        try journal.close()
        #expect(fixture.refusal() == nil)
    }

    @Test func `a child about to execute does not keep it`() throws {
        let fixture = try Fixture()
        let journal = try fixture.open()
        // What a fork leaves open until it executes: the same open file once more.
        let open = (0..<1024).first { Self.target(of: $0) == "\(fixture.directory)/journal.lock" }
        let copy = dup(try #require(open))
        defer { close(copy) }
        #expect(fixture.refusal()?.code == "JR-BUSY")
        try journal.close()
        #expect(fixture.refusal() == nil)
    }

    private static func target(of descriptor: Int32) -> String? {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(descriptor)", &path, path.count)
        guard count > 0 else { return nil }
        return String(decoding: path[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    @Test func `the holder is named while its process lives`() throws {
        let fixture = try Fixture()
        try Files.makeDirectories(fixture.directory)
        let boot = Timestamps.bootID()
        do {
            let lock = try JournalLock(
                directory: fixture.directory, at: .now(boot: boot), by: Fixture.by)
            #expect(JournalLock.holder(directory: fixture.directory)?.pid == Int(getpid()))
            _ = consume lock
        }
        let gone = LockOwner(pid: 1, processStart: -1, since: 0, boot: boot, user: "u", host: "h")
        try Files.replace(fixture.directory + "/journal.lock", with: gone.json.utf8)
        #expect(JournalLock.holder(directory: fixture.directory) == nil)
    }

    @Test func `a missing journal is made only when asked to`() throws {
        let fixture = try Fixture()
        #expect(fixture.refusal(.readOnly)?.code == "JR-NONE")
        #expect(fixture.refusal(.readWrite)?.code == "JR-NONE")
        #expect(try Files.status(fixture.directory) == nil, "looking leaves nothing behind")
        #expect(fixture.codes() == ["JR-NONE@-"])
        #expect(fixture.refusal(.create) == nil)
    }

    @Test func `a beginning that was cut short is begun again`() throws {
        let fixture = try Fixture()
        try Files.makeDirectories(fixture.directory)
        try Files.replace(fixture.directory + "/journal.db.new", with: [1, 2, 3])
        #expect(fixture.refusal(.create) == nil)
        #expect(fixture.verify().isIntact)
    }
}

import Glibc
import JSON
import Testing

@testable import Journal

/// A small file system of the test's own. Mounting needs root; a thread of the
/// test gets a mount table of its own, so nothing else sees it.
private enum SmallDisk {
    typealias Unshare = @convention(c) (Int32) -> Int32
    typealias Mount =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UInt,
            UnsafeRawPointer?
        ) -> Int32

    /// Mounts a tmpfs of `size` at `path`, for the calling thread only.
    static func mount(at path: String, size: String) -> Bool {
        guard let unshare = dlsym(nil, "unshare"), let mount = dlsym(nil, "mount") else {
            return false
        }
        let newMounts: Int32 = 0x20000
        guard unsafeBitCast(unshare, to: Unshare.self)(newMounts) == 0 else { return false }
        let call = unsafeBitCast(mount, to: Mount.self)
        let privately: UInt = 0x4000 | 0x40000
        guard call("none", "/", nil, privately, nil) == 0 else { return false }
        return size.withCString { call("tmpfs", path, "tmpfs", 0, $0) == 0 }
    }
}

@Suite struct `A full disk` {
    @Test(.enabled(if: geteuid() == 0, "only root can mount a small disk"))
    func `the ballast lets the journal say why it halted`() async throws {
        // In a process of its own: the mount must not outlive the test.
        let place = try Fixture()
        await #expect(processExitsWith: .exitCode(0)) { [root = place.root as String] in
            let fixture = Fixture(root: root)
            try Files.makeDirectories(fixture.directory)
            guard SmallDisk.mount(at: fixture.directory, size: "size=600k,mode=700") else {
                exit(9)
            }
            var journal = try fixture.open()
            let before = journal.head.sequence
            var recorded = 0
            let text = String(repeating: "x", count: 3000)
            do {
                while recorded < 1000 {
                    _ = try journal.append([Draft(run: "r", kind: "k", data: ["t": .string(text)])])
                    recorded += 1
                }
                exit(10)
            } catch {
                guard case JournalError.full = error else { exit(11) }
            }
            if try Files.status(fixture.directory + "/ballast") != nil { exit(12) }
            let halted = try journal.append([
                Draft(run: "r", kind: "halted", data: ["why": "disk full"])
            ])
            if halted[0].sequence != before + recorded + 1 { exit(13) }
            let report = fixture.verify()
            if !report.isIntact || report.entries != recorded + 2 { exit(14) }
            if try journal.entries(run: "r").count != recorded + 1 { exit(15) }
            exit(0)
        }
    }

    @Test func `the ballast is there, in full, at every start`() throws {
        let fixture = try Fixture()
        try fixture.make(entries: 1)
        let ballast = fixture.directory + "/ballast"
        #expect(try Files.status(ballast)?.st_size == 65536)
        #expect(try (Files.status(ballast)?.st_blocks ?? 0) * 512 >= 65536, "not a hole")
        unlink(ballast)
        try fixture.make(entries: 0)
        #expect(try Files.status(ballast)?.st_size == 65536)
    }
}

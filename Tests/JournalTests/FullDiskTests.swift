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

    private struct NotMounted: Error {}

    private final class Work {
        let body: () throws -> Void
        var failure: (any Error)?

        init(_ body: @escaping () throws -> Void) { self.body = body }
    }

    /// Runs `body` on a thread that sees a tmpfs of `size` at `path`. It goes with the thread.
    static func with(
        _ path: String, size: String, _ body: @escaping () throws -> Void
    ) throws {
        let work = Work {
            guard mount(at: path, size: size) else { throw NotMounted() }
            try body()
        }
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeUnretainedValue()
                do { try work.body() } catch { work.failure = error }
                return nil
            }, Unmanaged.passUnretained(work).toOpaque())
        try #require(code == 0, "no thread is left")
        pthread_join(thread, nil)
        if let failure = work.failure { throw failure }
    }

    /// Mounts a tmpfs of `size` at `path`, for the calling thread only.
    private static func mount(at path: String, size: String) -> Bool {
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
    /// What a journal did on a disk that became full.
    private struct Outcome {
        var error: JournalError?
        var before = 0, recorded = 0
        var hasBallast = true
        var haltedAt: Int?
        var report: VerificationReport?
        var entries: Int?
    }

    /// Fills the disk with a journal, and records that it is full.
    private func fill(_ fixture: Fixture, _ outcome: inout Outcome) throws {
        var journal = try fixture.open()
        outcome.before = journal.head.sequence
        let text = String(repeating: "x", count: 3000)
        do throws(JournalError) {
            while outcome.recorded < 1000 {
                _ = try journal.append([Draft(run: "r", kind: "k", data: ["t": .string(text)])])
                outcome.recorded += 1
            }
        } catch {
            outcome.error = error
        }
        outcome.hasBallast = try Files.status(fixture.directory + "/ballast") != nil
        let halted = try journal.append([
            Draft(run: "r", kind: "halted", data: ["why": "disk full"])
        ])
        outcome.haltedAt = halted[0].sequence
        outcome.report = fixture.verify()
        outcome.entries = try journal.entries(run: "r").count
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount a small disk"))
    func `the ballast lets the journal say why it halted`() throws {
        let place = try Fixture()
        try Files.makeDirectories(place.directory)
        var outcome = Outcome()
        try SmallDisk.with(place.directory, size: "size=600k,mode=700") {
            try fill(place, &outcome)
        }
        guard case .full = outcome.error else {
            Issue.record("not full: \(String(describing: outcome.error))")
            return
        }
        #expect(!outcome.hasBallast)
        #expect(outcome.haltedAt == outcome.before + outcome.recorded + 1)
        #expect(outcome.report?.isIntact == true)
        #expect(outcome.report?.entries == outcome.recorded + 2)
        #expect(outcome.entries == outcome.recorded + 1)
        #expect(try Files.names(in: place.directory) == [], "nobody else saw the disk")
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

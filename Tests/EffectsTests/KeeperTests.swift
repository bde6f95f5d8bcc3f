import Glibc
import RecoveryEngine
import Testing

@testable import Effects

/// The real keeper and real children.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A child under the keeper` {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func outputs(_ performed: Performed) -> (
        out: [UInt8], err: [UInt8], exit: Exit?, left: String?
    ) {
        guard case .ended(let exit, let stdout, let stderr, let descendants) = performed else {
            return ([], [], nil, "\(performed)")
        }
        return (stdout, stderr, exit, descendants)
    }

    @Test func `has its output captured, both streams of it`() throws {
        let found = outputs(try workshop.run("echo out; echo err >&2"))
        #expect(found.out == Array("out\n".utf8))
        #expect(found.err == Array("err\n".utf8))
        #expect(found.exit == .exited(0))
        #expect(found.left == nil)
    }

    @Test func `has its exit code and its signal told`() throws {
        for code in [0, 1, 7, 127, 255] as [Int32] {
            #expect(outputs(try workshop.run("exit \(code)", "exit-\(code)")).exit == .exited(code))
            #expect(workshop.record("exit-\(code)")?.exit == .exited(code))
        }
        #expect(outputs(try workshop.run("kill -9 $$", "signal")).exit == .signalled(9))
        #expect(workshop.record("signal")?.exit == .signalled(9))
    }

    @Test func `that cannot be executed never started, and the record says so`() throws {
        let performed = try workshop.run("", program: "/nowhere/program")
        #expect(performed == .notStarted("No such file or directory"))
        #expect(workshop.record("a-1")?.failed == ENOENT)
        #expect(workshop.record("a-1")?.isHeld == false)
    }

    @Test func `reads what it is given, however long`() throws {
        let input = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        #expect(outputs(try workshop.run("cat", input: input)).out == input)
    }

    @Test func `a child reads all of its input though the engine died at once`() throws {
        let workshop = try Workshop()
        let input = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let place = workshop.path + "/read"
        _ = try workshop.orphan("cat > \(place)", input: input)
        #expect(Workshop.eventually { Files.read(place) == input })
    }

    @Test func `that never reads does not hold anybody up`() throws {
        let input = [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(outputs(try workshop.run("exit 3", input: input)).exit == .exited(3))
    }

    @Test func `reads nothing when nothing is given, and inherits no descriptor`() throws {
        let found = outputs(
            try workshop.run("cat; ls /proc/self/fd | wc -l; env | grep -c RECOVER_ATTEMPT=a-1"))
        // 0, 1, 2 and the one ls reads with.
        #expect(found.out == Array("4\n1\n".utf8))
    }

    @Test func `is ended at its deadline`() throws {
        let began = ContinuousClock.now
        let found = outputs(try workshop.run("exec sleep 30", deadline: .milliseconds(200)))
        #expect(found.exit == .timedOut)
        #expect(ContinuousClock.now - began < .seconds(8))
    }

    @Test func `leaves a descendant, which is told and found by its mark`() throws {
        let found = outputs(try workshop.run("setsid sleep 30 >/dev/null 2>&1 & exit 0", "leaves-1"))
        #expect(found.exit == .exited(0))
        #expect(found.left?.hasPrefix("children of the step's process") == true)
        #expect(workshop.record("leaves-1")?.isHeld == true)
        let survivors = Survivors.of("leaves-1", session: nil).filter { $0.hasSuffix(" sleep") }
        #expect(survivors.count == 1)
        #expect(Survivors.of("a-2", session: nil).isEmpty)
        for pid in survivors.compactMap({ Int32($0.prefix { $0 != " " }) }) { kill(pid, SIGKILL) }
        #expect(Workshop.eventually { workshop.record("leaves-1")?.isHeld == false })
    }

    @Test func `holds its lock as long as it lives`() throws {
        let keeper = try workshop.orphan("sleep 0.4")
        #expect(Workshop.eventually { workshop.record("a-1")?.started == true })
        #expect(workshop.record("a-1")?.isHeld == true)
        #expect(workshop.keeper.lock("a-1") == nil)
        #expect(Workshop.eventually { workshop.record("a-1")?.isHeld == false })
        #expect(workshop.record("a-1")?.exit == .exited(0))
        waitpid(keeper, nil, 0)
    }

    @Test func `goes on to its end when the engine dies, and leaves nothing it printed`() throws {
        let keeper = try workshop.orphan(
            "sleep 0.2; head -c 5000000 /dev/zero | tr '\\0' x; echo err >&2; exit 5")
        #expect(Workshop.eventually { workshop.record("a-1")?.isHeld == false })
        waitpid(keeper, nil, 0)
        #expect(workshop.record("a-1")?.exit == .exited(5))
        #expect(Folders.names(in: workshop.keeper.directory) == ["a-1.lock"])
    }

    @Test func `dies with its keeper, and the record has a start without an end`() throws {
        let keeper = try workshop.orphan("setsid sleep 31 >/dev/null 2>&1 & exec sleep 30", "dies-1")
        #expect(
            Workshop.eventually {
                Survivors.of("dies-1", session: nil).contains { $0.hasSuffix(" sleep") }
            })
        let record = try #require(workshop.record("dies-1"))
        let child = try #require(record.child)
        #expect(record.keeper == keeper)
        kill(keeper, SIGKILL)
        waitpid(keeper, nil, 0)
        #expect(Workshop.eventually { Workshop.isGone(child) })
        let after = try #require(workshop.record("dies-1"))
        #expect(after.started)
        #expect(after.exit == nil)
        #expect(Workshop.eventually { workshop.record("dies-1")?.isHeld == false })
        // What left the child's session lives on, and only its mark tells whose it was.
        let survivors = Survivors.of("dies-1", session: nil)
        #expect(survivors.count == 1)
        for pid in survivors.compactMap({ Int32($0.prefix { $0 != " " }) }) { kill(pid, SIGKILL) }
        #expect(Workshop.eventually { Survivors.of("dies-1", session: nil).isEmpty })
    }

    @Test func `hears signals as any program does`() throws {
        let found = outputs(
            try workshop.run(
                "for s in HUP INT TERM PIPE; do sh -c \"kill -$s \\$\\$\"; echo $?; done"))
        #expect(found.out == Array("129\n130\n143\n141\n".utf8))
    }

    @Test func `has no record before its lock is taken`() {
        #expect(workshop.record("none") == nil)
    }
}

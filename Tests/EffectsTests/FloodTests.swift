import Glibc
import Processes
import RecoveryEngine
import Testing

@testable import Effects

/// A child that never stops writing.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `A flood` {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// What the flood program prints, by its first words.
    private func flood(_ script: String) throws -> [String: Int] {
        let captured = try Command(
            Built.program("flood"),
            [workshop.keeper.path, workshop.path, "/bin/sh", "-c", script]
        ).capture(deadline: .seconds(500))
        try #require(captured.ending.isSuccess, "\(captured.output.text)\(captured.error.text)")
        let pairs = captured.output.text.split(separator: "\n").map { $0.split(separator: " ") }
        return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), Int($0[1]) ?? -1) })
    }

    @Test func `of 3 GB takes no more than 64 MiB, with lines and without`() throws {
        for script in ["head -c 3000000000 /dev/zero", "yes | head -c 400000000"] {
            let said = try flood(script)
            let peak = try #require(said["peak"]), kept = try #require(said["kept"])
            #expect((1...64 << 10).contains(peak), "\(peak) KiB")
            #expect(kept > 2_000_000 && kept < (2 << 20) + 100, "\(kept) bytes were kept")
        }
    }

    @Test func `is its first and last MiB, and what lies between is counted`() throws {
        let performed = try workshop.run(
            "echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo; echo last")
        guard case .ended(.exited(0), let stdout, _, nil) = performed else {
            Issue.record("\(performed)")
            return
        }
        let text = String(decoding: stdout, as: UTF8.self)
        #expect(text.hasPrefix("first\n"))
        #expect(text.hasSuffix("\nlast\n"))
        let parts = text.split(separator: "\n[").map { $0.split(separator: " bytes are not kept here]\n") }
        try #require(parts.count == 2 && parts[1].count == 2)
        let kept = parts[0][0].utf8.count + parts[1][1].utf8.count
        #expect(Int(parts[1][0]) == 50_000_012 - kept)
    }

    @Test func `does not keep anybody from the deadline`() throws {
        // Without a deadline it would go on for ever.
        let performed = try workshop.run("yes", deadline: .milliseconds(300))
        guard case .ended(.timedOut, _, _, _) = performed else {
            Issue.record("\(performed)")
            return
        }
    }

    @Test func `of a descendant does not keep anybody from the end`() throws {
        let performed = try workshop.run("setsid yes & echo $!; exit 0")
        guard case .ended(.exited(0), _, _, let left?) = performed else {
            Issue.record("\(performed)")
            return
        }
        #expect(left.hasPrefix("children of"))
        for found in Survivors.of("a-1", session: nil) where found.hasSuffix(" yes") {
            if let pid = Int32(found.prefix { $0 != " " }) { kill(pid, SIGKILL) }
        }
        #expect(Workshop.eventually { workshop.record("a-1")?.isHeld == false })
    }

    @Test func `that comes in drops ends at the step's deadline all the same`() throws {
        let performed = try workshop.run(
            "while :; do echo x; sleep 0.1; done", deadline: .seconds(2))
        guard case .ended(.timedOut, let stdout, _, _) = performed else {
            Issue.record("\(performed)")
            return
        }
        #expect(stdout.starts(with: Array("x\n".utf8)))
    }

    /// As on a busy machine: the deadline is over before anybody knows the child.
    @Test func `of work ends at the deadline with TERM, though the keeper came late`() throws {
        let late = Keeper(path: "\(workshop.path)/late", directory: workshop.path)
        try Workshop.install(
            "#!/bin/sh\nsleep 1\nexec \(workshop.keeper.path) \"$@\"\n", at: late.path)
        let lock = try #require(late.lock("a-1"))
        defer { close(lock) }
        let performed = late.run(
            Command("/bin/sleep", ["600"], environment: ["PATH": "/usr/bin:/bin"]),
            attempt: "a-1", lock: lock, deadline: .milliseconds(10), stop: { false },
            reached: { _ in })
        #expect(performed == .ended(.timedOut, stdout: [], stderr: [], descendants: nil))
        #expect(workshop.record("a-1")?.exit == .signalled(SIGTERM))
    }

    @Test func `of every byte there is arrives as it was written`() throws {
        let all = (0..<1024).map { UInt8(truncatingIfNeeded: $0) }
        let performed = try workshop.run("cat", input: all)
        #expect(performed == .ended(.exited(0), stdout: all, stderr: [], descendants: nil))
    }
}

@Suite struct `A window` {
    @Test func `keeps both ends and counts, however the stream comes`() {
        var dice = Dice(3)
        for _ in 0..<400 {
            let limit = Int.random(in: 1...20, using: &dice)
            let all = dice.bytes(Int.random(in: 0...90, using: &dice), of: (0...255).map { UInt8($0) })
            var window = Window(limit: limit)
            var rest = all[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...40, using: &dice))
                if Bool.random(using: &dice) {
                    window.append(part)
                    rest = rest.dropFirst(part.count)
                } else {
                    rest = rest.dropFirst(
                        window.fill { buffer in
                            buffer.copyBytes(from: part.prefix(buffer.count))
                            return min(buffer.count, part.count)
                        })
                }
            }
            var whole = Window(limit: limit)
            whole.append(all)
            #expect(window == whole)
            #expect(window.total == all.count)
            #expect(window.head == Array(all.prefix(limit)))
            #expect(window.tail == Array(all.dropFirst(limit).suffix(limit)))
            #expect(window.dropped == max(0, all.count - 2 * limit))
        }
    }
}

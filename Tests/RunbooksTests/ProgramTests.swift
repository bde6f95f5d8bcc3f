import Glibc
import JSON
import Processes
import Testing

/// The corpus before the program itself: what an operator sees of it.
@Suite(.serialized) struct `The program, given the corpus` {
    /// Runs its arguments once and prints milliseconds, kilobytes at the most and the exit code. A
    /// small parent, because a child's peak begins with that of whoever forked it.
    private static let measuring = """
        import os, sys, time
        start = time.monotonic()
        pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
        _, status, usage = os.wait4(pid, 0)
        print()
        print(int((time.monotonic() - start) * 1000), usage.ru_maxrss, os.waitstatus_to_exitcode(status))
        """

    private struct Measure {
        let text: String
        let milliseconds: Int, kilobytes: Int, exit: Int32
    }

    private func program() throws -> String {
        let folder =
            getenv("RECOVER_BIN").map { String(cString: $0) } ?? root + "/.build/tests/debug"
        let path = try #require(
            realpath("\(folder)/recover", nil), "build recover, or set RECOVER_BIN")
        defer { free(path) }
        return String(cString: path)
    }

    private func run(_ arguments: [String]) throws -> Measure {
        let command = Command(
            "/usr/bin/python3", ["-I", "-S", "-c", Self.measuring, try program()] + arguments,
            environment: ["PATH": "/nonexistent", "HOME": "/nonexistent"])
        let captured = try command.capture(deadline: .seconds(60), window: 4 << 20)
        try #require(captured.ending.isSuccess, "\(captured.error.text)")
        let last = captured.output.text.split(separator: "\n").last ?? ""
        let numbers = last.split(separator: " ").compactMap { Int($0) }
        try #require(numbers.count == 3, "\(captured.output.text)")
        return Measure(
            text: captured.error.text, milliseconds: numbers[0], kilobytes: numbers[1],
            exit: Int32(numbers[2]))
    }

    /// A library with the corpus, and files that are too large to commit.
    private func withLibrary(_ body: (String) throws -> Void) throws {
        try Files.withFolder { folder in
            try Files.tool("/bin/cp", ["-r", Corpus.folder, folder + "/runbooks"])
            try Files.tool("/bin/cp", ["-rL", root + "/snapshots", folder + "/snapshots"])
            try body(folder)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `tells each mistake, starts nothing, writes nothing and stays small`() throws {
        try withLibrary { folder in
            var slowest = (name: "", milliseconds: 0), largest = (name: "", kilobytes: 0)
            let exhibits = try Corpus.exhibits() + Self.large(in: folder + "/runbooks")
            let place = ["--library", folder, "--journal", folder + "/journal"]
            // All at once, and each alone.
            let lint = try run(place + ["runbook", "lint"])
            #expect(lint.exit == 3 && lint.kilobytes <= 64 << 10)
            for exhibit in exhibits {
                let words = ["plan", exhibit.name, "--estate", "rpi-ha"]
                let measure = try run(place + words)
                #expect(measure.exit == exhibit.exit, "\(words): \(measure.text.prefix(300))")
                for finding in exhibit.findings {
                    let parts = finding.split(separator: " ")
                    let shown =
                        parts[1] == "-" ? ": \(parts[0]): " : ":\(parts[1]): \(parts[0]): "
                    #expect(measure.text.contains(shown), "\(words): \(measure.text.prefix(300))")
                    if lint.text.contains("/\(exhibit.name).yaml\(shown)") { continue }
                    // A fragment's, told once of all that include it.
                    let alone = try run(place + ["runbook", "lint", exhibit.name])
                    #expect(alone.exit == 3 && alone.text.contains(shown), "\(exhibit.name)")
                }
                #expect(measure.kilobytes <= 64 << 10, "\(exhibit.name)")
                if measure.milliseconds > slowest.milliseconds {
                    slowest = (exhibit.name, measure.milliseconds)
                }
                if measure.kilobytes > largest.kilobytes {
                    largest = (exhibit.name, measure.kilobytes)
                }
            }
            #expect(access(folder + "/journal", F_OK) != 0)
            print("corpus: slowest \(slowest.milliseconds) ms (\(slowest.name)), ", terminator: "")
            print("largest \(largest.kilobytes) KiB (\(largest.name))")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `starts no other program`() throws {
        try withLibrary { folder in
            let trace = folder + "/trace"
            for exhibit in try Corpus.exhibits() {
                let arguments = [
                    "-f", "-qq", "-e", "trace=execve,execveat", "-o", trace, try program(),
                    "--library", folder,
                    "--journal", folder + "/journal", "plan", exhibit.name, "--estate", "rpi-ha",
                ]
                let captured = try Command(
                    "/usr/bin/strace", arguments, environment: ["PATH": "/nonexistent"]
                )
                .capture(deadline: .seconds(60))
                #expect(
                    captured.ending == .exited(3),
                    "\(exhibit.name): \(captured.error.text.prefix(300))")
                let calls = try #require(Files.text(trace)).split(separator: "\n").filter {
                    $0.contains("execve")
                }
                #expect(calls.count == 1, "\(exhibit.name): \(calls)")
            }
        }
    }

    /// Too large to commit.
    private static func large(in folder: String) throws -> [Corpus.Exhibit] {
        let step = "  - { id: s, title: S, timeout: 1s, goal: { run: [x] } }\n"
        let texts: [(String, String, [UInt8])] = [
            ("large-keys", "RB-SIZE -", Array((0..<1_000_000).map { "k\($0): 1\n" }.joined().utf8)),
            (
                "large-nodes", "RB-NODES 5000:8",
                Array((0..<20_000).map { "k\($0): 1\n" }.joined().utf8)
            ),
            ("large-depth", "RB-DEPTH 1:34", [UInt8](repeating: 0x5B, count: 100_000)),
            (
                "large-steps", "RB-NODES 835:7",
                Array(("steps:\n" + String(repeating: step, count: 10_000)).utf8)
            ),
            (
                "large-argv", "RB-SIZE -",
                Array(("a: [" + String(repeating: "x", count: 3 << 20) + "]").utf8)
            ),
        ]
        for (name, _, bytes) in texts { try Files.write(bytes, to: "\(folder)/\(name).yaml") }
        try Files.write([], to: folder + "/large-file.yaml")
        truncate(folder + "/large-file.yaml", 50 << 20)
        mkfifo(folder + "/fifo.yaml", 0o600)
        let files =
            texts.map { ($0.0, $0.1) } + [("large-file", "RB-SIZE -"), ("fifo", "RB-PATH -")]
        return files.map { Corpus.Exhibit(name: $0.0, row: "B07", findings: [$0.1], exit: 3) }
    }
}

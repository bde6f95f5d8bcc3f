import Processes
import RecoveryEngine
import Testing

@testable import Effects

@Suite struct `Shell quoting` {
    private func run(_ line: String) throws -> Captured {
        try Command("/bin/sh", ["-c", line], environment: ["LC_ALL": "C", "PATH": "/usr/bin:/bin"])
            .capture(deadline: .seconds(30))
    }

    /// As the remote side gets them: one line for the login shell, which
    /// starts a shell with our text and them behind it.
    @Test func `brings 100,000 texts back byte for byte`() throws {
        var corpus = Corpus()
        for round in 0..<500 {
            let words = corpus.words(200)
            let line = RemoteUnit.line("printf '%s\\0' \"$@\"", words, [])
            let captured = try run(line)
            let differences = Corpus.differences(words, captured.output.bytes)
            #expect(captured.ending.isSuccess && differences == [], "round \(round)")
        }
    }

    @Test func `brings every scalar of Unicode back`() throws {
        // NUL can be in no argument; surrogates are no scalars.
        let all = (1...UInt32(0x10_FFFF)).compactMap(Unicode.Scalar.init)
        for start in stride(from: 0, to: all.count, by: 20_000) {
            var text = String.UnicodeScalarView()
            for scalar in all[start..<min(all.count, start + 20_000)] { text.append(scalar) }
            let words = ["a", String(text), "'"]
            let captured = try run("printf '%s\\0' " + Shell.quote(words))
            #expect(Corpus.differences(words, captured.output.bytes) == [], "from \(start)")
        }
        #expect(all.count == 0x10_FFFF - 0x800)
    }

    @Test func `of a question makes its first word a program`() throws {
        for word in ["if", "A=b", "exit", "!", "eval"] {
            let line = RemoteUnit.question([word, "0"], become: [])
            #expect(try run(line).ending == .exited(127), "\(word)")
        }
    }

    @Test func `lets no NUL cut a word short`() throws {
        #expect(throws: SpawnError.self) { try run("true " + Shell.quote("a\0b")) }
    }

    @Test func `leaves plain words readable`() {
        #expect(
            Shell.quote(["kubectl", "get", "pv", "-o=json", "a b"])
                == "kubectl get pv -o=json 'a b'")
    }
}

import Glibc
import Processes
import Testing
import YAML

@testable import Runbooks

@Suite struct `The corpus of bad input` {
    private func findings(_ name: String, in folder: String = Corpus.folder) -> [String] {
        do throws(Diagnostics) {
            _ = try RunbookLibrary(directory: folder).runbook(name)
            return []
        } catch {
            return error.list.map { "\($0.code) \($0.mark?.description ?? "-")" }.sorted()
        }
    }

    @Test func `is told, every mistake and no other, with its place`() throws {
        let exhibits = try Corpus.exhibits()
        #expect(exhibits.count >= 240)
        for exhibit in exhibits {
            #expect(findings(exhibit.name) == exhibit.findings, "\(exhibit.name)")
            #expect(exhibit.exit == 3)
        }
    }

    /// Those that are bytes, sizes and kinds of files come further down.
    @Test func `has every row that is text`() throws {
        let rows = Set(try Corpus.exhibits().map(\.row))
        let made = ["B01", "B02", "B07", "B08", "B24", "B37"]
        for number in 1...39 {
            let row = "B" + (number < 10 ? "0" : "") + String(number)
            #expect(rows.contains(row) != made.contains(row), "\(row)")
        }
    }

    @Test func `B33 never shows the secret it found`() throws {
        for exhibit in try Corpus.exhibits() where exhibit.row == "B33" {
            do throws(Diagnostics) {
                _ = try RunbookLibrary(directory: Corpus.folder).runbook(exhibit.name)
                Issue.record("\(exhibit.name) loads")
            } catch {
                for part in ["MIIE", "eyJ", "IOSFODNN7", "hunter2", "0123456789"] {
                    #expect(
                        !error.list.contains { $0.description.contains(part) }, "\(exhibit.name)")
                }
            }
        }
    }

    @Test(arguments: [
        ("B01 nothing", [], "RB-EMPTY 1:1"),
        ("B01 a comment", Array("# nothing\n".utf8), "RB-EMPTY 1:1"),
        ("B02 UTF-16", [0xFF, 0xFE, 0x61, 0, 0x3A, 0], "RB-ENCODING 1:1"),
        (
            "B02 Latin-1 behind a mark", [0xEF, 0xBB, 0xBF] + Array("a: b".utf8) + [0xE9, 0x0A],
            "RB-ENCODING 1:5"
        ),
        ("B03 NUL", Array("a: \"b\0c\"\n".utf8), "RB-NUL 1:6"),
        ("B06 100,000 brackets", [UInt8](repeating: 0x5B, count: 100_000), "RB-DEPTH 1:34"),
        ("B07 two MiB", [UInt8](repeating: 0x61, count: 2 << 20), "RB-SIZE -"),
        (
            "B08 20,000 keys", Array((0..<20_000).map { "k\($0): 1\n" }.joined().utf8),
            "RB-NODES 5000:8"
        ),
        ("B38 1,001 steps", Self.steps(1001), "RB-STEPS 5:8"),
    ])
    func `of bytes is told`(name: String, bytes: [UInt8], expected: String) throws {
        try Files.withFolder { folder in
            try Files.write(bytes, to: folder + "/x.yaml")
            let found = findings("x", in: folder)
            #expect(found.first == expected && found.count == 1, "\(name): \(found.prefix(5))")
        }
    }

    private static func steps(_ count: Int) -> [UInt8] {
        let head = "recover: 1\nrunbook: x\nversion: 1.0.0\ntitle: X\nsteps: ["
        let steps = (0..<count).map { _ in "{ }" }.joined(separator: ",")
        return Array(
            (head + steps + "]\nrecovered: [{ id: u, title: U, within: 1m, check: { run: [x] } }]\n")
                .utf8)
    }

    @Test(.timeLimit(.minutes(10)))
    func `B36 of files that are none is refused without waiting`() throws {
        try Files.withFolder { folder in
            symlink(Corpus.folder + "/b04-tab.yaml", folder + "/link.yaml")
            mkfifo(folder + "/fifo.yaml", 0o600)
            mkdir(folder + "/folder.yaml", 0o700)
            symlink("/dev/zero", folder + "/device.yaml")
            symlink(folder + "/nowhere", folder + "/nowhere.yaml")
            for name in ["link", "fifo", "folder", "device", "nowhere"] {
                #expect(findings(name, in: folder) == ["RB-PATH -"], "\(name)")
            }
        }
        #expect(throws: SourceFileError.self) { try SourceFile.read(path: "/dev/zero") }
    }

    @Test(.timeLimit(.minutes(10)))
    func `B37 that changes while it is read is not half read`() throws {
        try Files.withGrowingFile { path in
            var codes: Set<String> = []
            while codes.isEmpty {
                do throws(SourceFileError) { _ = try SourceFile.read(path: path) } catch {
                    codes.insert(error.code)
                }
            }
            #expect(codes == ["RB-CHANGED"])
        }
    }
}

extension Files {
    /// A file that grows, a little at a time, while `body` runs.
    fileprivate static func withGrowingFile(_ body: (String) throws -> Void) throws {
        try withFolder { folder in
            let path = folder + "/x.yaml"
            try write([UInt8](repeating: 0x61, count: 1 << 19), to: path)
            // Sixteen bytes every millisecond stay below the largest file for minutes.
            let script = "while :; do printf 0123456789abcdef >>\"$1\"; sleep 0.001; done"
            let command = Command(
                "/bin/bash", ["-c", script, "bash", path], environment: ["PATH": "/usr/bin:/bin"])
            let pid = try Spawn.start(command, descriptors: [-1, -1, -1])
            defer {
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
            try body(path)
        }
    }
}

import Glibc
import Testing
import YAML

@Suite struct `A source file` {
    /// A directory of its own for `body`, removed afterwards.
    private func inDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/yaml-tests-XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer {
            for name in ["file", "link", "fifo", "long"] { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
        try body(directory)
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }

    private func code(_ path: String) -> String {
        do {
            _ = try SourceFile.read(path: path)
            return "none"
        } catch {
            return error.code
        }
    }

    @Test func `is read whole`() throws {
        try inDirectory { directory in
            let bytes = [UInt8](repeating: 0x61, count: 1 << 20)
            write(bytes, to: "\(directory)/file")
            let read = try SourceFile.read(path: "\(directory)/file")
            #expect(read == bytes)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `B36 links, directories, FIFOs and devices are refused without waiting`() throws {
        try inDirectory { directory in
            write([0x61], to: "\(directory)/file")
            #expect(symlink("\(directory)/file", "\(directory)/link") == 0)
            #expect(mkfifo("\(directory)/fifo", 0o600) == 0)
            for path in ["\(directory)/link", directory, "\(directory)/fifo", "/dev/zero"] {
                #expect(code(path) == "RB-PATH", "\(path)")
            }
            #expect(code("\(directory)/none") == "RB-PATH")
        }
    }

    @Test func `B07 a long file is refused unread`() throws {
        try inDirectory { directory in
            write([UInt8](repeating: 0x61, count: (1 << 20) + 1), to: "\(directory)/long")
            #expect(code("\(directory)/long") == "RB-SIZE")
        }
    }
}

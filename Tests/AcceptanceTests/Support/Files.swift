import Glibc
import Processes
import Testing

/// Whole files, read and written at once.
enum Files {
    static func bytes(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count <= 0 { return bytes }
            bytes += buffer[0..<count]
        }
    }

    static func text(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        try #require(file >= 0, "\(path): \(String(cString: strerror(errno)))")
        defer { close(file) }
        try #require(Glibc.write(file, bytes, bytes.count) == bytes.count, "\(path) is not whole")
    }

    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a folder nobody else may enter.
    static func makeFolder(_ path: String) throws {
        try #require(
            mkdir(path, 0o700) == 0 || errno == EEXIST,
            "\(path): \(String(cString: strerror(errno)))")
    }

    /// Runs a tool such as `cp` to its success.
    static func tool(_ program: String, _ arguments: String...) throws {
        let captured = try Command(program, arguments, environment: ["PATH": "/usr/bin:/bin"])
            .capture(deadline: .seconds(30))
        try #require(captured.ending.isSuccess, "\(program) \(arguments): \(captured.error.text)")
    }
}

extension Files {
    /// Names in a folder, sorted.
    static func names(_ path: String) throws -> [String] {
        let stream = try #require(opendir(path), "there is no \(path)")
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

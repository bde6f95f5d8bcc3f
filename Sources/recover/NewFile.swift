internal import Glibc
internal import RecoveryEngine

/// Files written once, where none was: nothing is overwritten.
enum NewFile {
    /// Writes and syncs `bytes`, and makes the folders above them.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(Refusal) {
        makeFolder(path.split(separator: "/").dropLast().map { "/\($0)" }.joined())
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw refusal(path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw refusal(path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw refusal(path) }
    }

    /// Makes the folder and those above it that are missing.
    static func makeFolder(_ path: String) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/\(part)"
            mkdir(made, 0o755)
        }
    }

    private static func refusal(_ path: String) -> Refusal {
        Refusal(.refusedInput, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}

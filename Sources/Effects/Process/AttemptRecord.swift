internal import CPosix
internal import Glibc
internal import RecoveryEngine

/// The lock file of one attempt: whether somebody holds it, and what its
/// keeper wrote.
struct AttemptRecord {
    let isHeld: Bool
    private let lines: [Substring]

    /// Reads the record at `path`; nil when there is none.
    init?(path: String) {
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        isHeld = cposix_flock_exclusive(file) != 0
        if !isHeld { cposix_flock_release(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let size = pread(file, &bytes, bytes.count, 0)
        lines = String(decoding: bytes.prefix(max(0, size)), as: UTF8.self).split(separator: "\n")
    }

    /// Takes the lock of a new attempt; the descriptor is inherited by the
    /// keeper, so the lock is free only when engine and keeper are gone.
    static func take(path: String) -> Int32? {
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return nil }
        guard cposix_flock_exclusive(file) == 0 else {
            close(file)
            return nil
        }
        return file
    }

    private func number(_ word: String) -> Int32? {
        lines.last { $0.hasPrefix(word + " ") }.flatMap { Int32($0.dropFirst(word.count + 1)) }
    }

    var started: Bool { lines.contains("started") }
    /// The child could not be executed.
    var failed: Int32? { number("failed") }
    var keeper: Int32? { number("keeper") }
    var child: Int32? { number("child") }
    var exit: Exit? { number("exit").map(Exit.exited) ?? number("signal").map(Exit.signalled) }
}

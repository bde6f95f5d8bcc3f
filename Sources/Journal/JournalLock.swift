internal import CPosix
internal import Glibc
public import JSON

/// The right to write a journal, held as long as the value lives.
///
/// The kernel's `flock` on a file beside the database is the truth and ends
/// with the process; the text inside is only for the message. The file is never
/// the database itself, whose locks are SQLite's, and is never removed.
public struct JournalLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock of the journal in `directory`, without waiting.
    ///
    /// - Parameter by: who, an object with `user` and `host`.
    /// - Throws: `busy` with the owner if somebody holds it.
    public init(directory: String, at time: Timestamps, by: JSONValue) throws(JournalError) {
        let path = directory + "/journal.lock"
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno).whileWriting }
        guard cposix_flock_exclusive(descriptor) == 0 else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else {
                throw FileError(path: path, number: number).whileWriting
            }
            throw .busy(Self.lastOwner(directory: directory))
        }
        let owner = LockOwner(
            pid: Int(getpid()), processStart: Self.processStart(of: "self") ?? 0, since: time.wall,
            boot: time.boot, user: by["user"]?.string ?? "?", host: by["host"]?.string ?? "?")
        // The lock holds without its text, which a full disk may not take.
        _ = ftruncate(descriptor, 0)
        try? Files.write(owner.json.utf8 + [0x0A], to: descriptor, path)
        self.descriptor = descriptor
    }

    deinit {
        cposix_flock_release(descriptor)
        close(descriptor)
    }

    /// Who holds the lock in `directory` now, as far as can be told without
    /// touching it: nil when the last owner's process is gone.
    public static func holder(directory: String) -> LockOwner? {
        guard let owner = lastOwner(directory: directory), owner.boot == Timestamps.bootID(),
            processStart(of: String(owner.pid)) == owner.processStart
        else { return nil }
        return owner
    }

    private static func lastOwner(directory: String) -> LockOwner? {
        (try? Files.read(directory + "/journal.lock", atMost: 4096)).flatMap(LockOwner.init)
    }

    private static func processStart(of process: String) -> Int? {
        guard let text = try? Files.read("/proc/\(process)/stat", atMost: 4096),
            // The second field is a name that may hold anything, up to `)`.
            let name = text.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[name...].dropFirst(2).split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        return Int(String(decoding: fields[19], as: UTF8.self))
    }
}

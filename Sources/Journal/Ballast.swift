internal import Glibc

/// Disk space kept for the last words on a full disk.
///
/// A journal on a full file system takes not even ten more bytes; with this
/// file removed it takes the entry that says why the run halted.
struct Ballast: Sendable {
    /// Room for an entry, its index pages and a step of SQLite's shared memory.
    static let size = 64 << 10
    let path: String

    /// Makes the file if it is not there in full.
    func restore() throws(FileError) {
        if let status = try Files.status(path), status.st_size == Self.size { return }
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        defer { close(descriptor) }
        let number = posix_fallocate(descriptor, 0, off_t(Self.size))
        guard number == 0, ftruncate(descriptor, off_t(Self.size)) == 0 else {
            let failure = FileError(path: path, number: number == 0 ? errno : number)
            unlink(path)
            throw failure
        }
    }

    /// Gives the space up.
    func release() { unlink(path) }
}

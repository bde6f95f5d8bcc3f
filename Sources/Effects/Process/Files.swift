internal import Glibc

/// Small files, read and written whole.
enum Files {
    /// All bytes of a regular file of at most 4 MiB, or nil.
    static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var information = stat()
        guard fstat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
            information.st_size <= 4 << 20
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
        let count = Glibc.read(file, &bytes, bytes.count)
        return count == bytes.count ? bytes : nil
    }

    /// Replaces `path` with `bytes`.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) -> Bool {
        let temporary = "\(path).new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { return false }
        let written = Glibc.write(file, bytes, bytes.count)
        close(file)
        return written == bytes.count && rename(temporary, path) == 0
    }
}

internal import Digest
internal import Glibc

/// A failed call on a file.
struct FileError: Error, Hashable {
    let path: String
    /// `errno`.
    let number: Int32

    var isFull: Bool { number == ENOSPC || number == EDQUOT }
    var reason: String { String(cString: strerror(number)) }

    /// The journal's error for a file that could not be written.
    var whileWriting: JournalError {
        isFull ? .full(path: path) : .notWritable(path: path, reason: reason)
    }
}

/// Whole files that are either there or not, never half.
///
/// Not for the database: SQLite's locks are lost when anything else in the
/// process closes one of its files
/// (https://sqlite.org/howtocorrupt.html, section 2.2).
enum Files {
    /// The bytes of `path`, which must not be a link, up to `limit`.
    static func read(_ path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(path: path, number: errno) }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw FileError(path: path, number: EFBIG) }
        }
    }

    /// Puts `bytes` at `path` with mode 0600, durably and in one instant.
    static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let temporary = path + "." + SHA256.hexadecimal(Random.bytes(6)) + ".new"
        do throws(FileError) {
            try create(temporary, bytes)
            guard rename(temporary, path) == 0 else { throw FileError(path: path, number: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronize(parent(of: path))
    }

    /// Makes what is in the file `path`, or the names in the directory, durable.
    static func synchronize(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(path: path, number: errno) }
    }

    /// Makes `path` and what leads to it, with mode 0700.
    static func makeDirectories(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 { return try synchronize(parent(of: path)) }
        switch errno {
        case EEXIST: return
        case ENOENT where path != parent(of: path):
            try makeDirectories(parent(of: path))
            // Once more and not again: where the parents are and this one cannot
            // be made, as below /proc, it would never end.
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw FileError(path: path, number: errno)
            }
            try synchronize(parent(of: path))
        case let number: throw FileError(path: path, number: number)
        }
    }

    /// `path` without its last part.
    static func parent(of path: String) -> String {
        var parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String($0) ?? "" }
        if !parts.isEmpty { parts.removeLast() }
        let joined = parts.joined(separator: "/")
        if path.utf8.first == UInt8(ascii: "/") { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }

    /// The status of `path` itself, not of what it links to; nil if there is
    /// none.
    static func status(_ path: String) throws(FileError) -> stat? {
        var status = stat()
        if lstat(path, &status) == 0 { return status }
        guard errno == ENOENT else { throw FileError(path: path, number: errno) }
        return nil
    }

    /// The names in `directory` in byte order, without `.` and `..`.
    static func names(in directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw FileError(path: directory, number: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func create(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path)
        guard fsync(descriptor) == 0 else { throw FileError(path: path, number: errno) }
    }

    /// Writes all of `bytes` to `descriptor`, which is open on `path`.
    static func write(
        _ bytes: [UInt8], to descriptor: Int32, _ path: String
    ) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(path: path, number: errno) }
            written += count
        }
    }
}

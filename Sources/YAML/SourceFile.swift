internal import Glibc

/// A file somebody wrote by hand, read once and whole.
public enum SourceFile {
    /// The bytes of the regular file at `path`, at most
    /// `YAMLParser.maximumBytes` of them.
    ///
    /// Never waits: a FIFO or a device is refused, not read. A symbolic link
    /// as the last part of the path is refused. Digest and parse these bytes;
    /// a second read could be of another file. A file that `isPrivate` is also
    /// refused when somebody else could have written it.
    public static func read(
        path: String, isPrivate: Bool = false
    ) throws(SourceFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            let number = errno
            if isPrivate, number == ELOOP { throw exposed(path, "it is a symbolic link") }
            throw refusal(path, number)
        }
        defer { close(descriptor) }
        let before = try status(descriptor, path)
        guard before.st_mode & S_IFMT == S_IFREG else {
            throw SourceFileError(code: "RB-PATH", path: path, reason: "it is not a regular file")
        }
        if isPrivate {
            guard before.st_uid == geteuid() || before.st_uid == 0 else {
                throw exposed(path, "it belongs to user \(before.st_uid); type: chown \(geteuid())")
            }
            guard before.st_mode & 0o022 == 0 else {
                throw exposed(path, "others may write it; type: chmod go-w")
            }
        }
        guard before.st_size <= YAMLParser.maximumBytes else { throw tooLong(path) }
        let bytes = try contents(descriptor, path)
        let after = try status(descriptor, path)
        guard bytes.count == after.st_size, before.st_size == after.st_size,
            before.st_mtim.tv_sec == after.st_mtim.tv_sec,
            before.st_mtim.tv_nsec == after.st_mtim.tv_nsec
        else {
            throw SourceFileError(
                code: "RB-CHANGED", path: path, reason: "it changed while it was read; try again")
        }
        return bytes
    }

    private static func contents(
        _ descriptor: Int32, _ path: String
    ) throws(SourceFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw refusal(path, errno) }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= YAMLParser.maximumBytes else { throw tooLong(path) }
        }
    }

    private static func status(
        _ descriptor: Int32, _ path: String
    ) throws(SourceFileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal(path, errno) }
        return status
    }

    private static func exposed(_ path: String, _ reason: String) -> SourceFileError {
        SourceFileError(code: "ES-PERM", path: path, reason: reason)
    }

    private static func tooLong(_ path: String) -> SourceFileError {
        SourceFileError(
            code: "RB-SIZE", path: path,
            reason: "it is longer than \(YAMLParser.maximumBytes) bytes")
    }

    private static func refusal(_ path: String, _ number: Int32) -> SourceFileError {
        let reason =
            number == ELOOP ? "it is a symbolic link" : String(cString: strerror(number))
        return SourceFileError(code: "RB-PATH", path: path, reason: reason)
    }
}

internal import Glibc

/// A file with certificates, a key or a credential, read here so that libraries
/// get bytes and never a name that they might read as something else.
enum SmallFile {
    private static let limit = 1 << 20

    /// The content of the PEM file that `option` of a probe names.
    static func pem(_ path: String, for option: String) throws(Refusal) -> [UInt8] {
        do throws(Objection) {
            return try read(path)
        } catch {
            throw ProbeFamily.http.refused(
                "FILE", "--\(option) \(path.shown): \(error.reason)",
                do: "Name a readable PEM file of at most 1 MiB.")
        }
    }

    /// The content of a file; `isPrivate` demands that nobody but its owner,
    /// root or us, may read or change it.
    static func read(_ path: String, isPrivate: Bool = false) throws(Objection) -> [UInt8] {
        // Without O_NONBLOCK a pipe would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Objection("\(SystemError(code: errno))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Objection("this is no file")
        }
        if isPrivate { try check(status) }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while content.count <= limit {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Objection("\(SystemError(code: errno))") }
            if count == 0 { break }
            content += part.prefix(count)
        }
        guard content.count <= limit else { throw Objection("it is larger than 1 MiB") }
        guard !content.isEmpty else { throw Objection("it is empty") }
        return content
    }

    private static func check(_ status: stat) throws(Objection) {
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Objection("it belongs to another user")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Objection(
                "other users may use it (mode \(String(status.st_mode & 0o777, radix: 8)))")
        }
    }
}

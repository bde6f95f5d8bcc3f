internal import Glibc

/// A file with certificates or a key, read here so that libcurl gets bytes and
/// never a name that it might read as something else.
enum PEMFile {
    private static let limit = 1 << 20

    /// The content of the file that `option` names.
    static func read(_ path: String, for option: String) throws(Refusal) -> [UInt8] {
        func refuse(_ reason: String) -> Refusal {
            ProbeFamily.http.refused(
                "FILE", "--\(option) \(path.shown): \(reason)",
                do: "Name a readable PEM file of at most 1 MiB.")
        }
        // Without O_NONBLOCK a pipe would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refuse("\(SystemError(code: errno))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refuse("this is no file")
        }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while content.count <= limit {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw refuse("\(SystemError(code: errno))") }
            if count == 0 { break }
            content += part.prefix(count)
        }
        guard content.count <= limit else { throw refuse("it is larger than 1 MiB") }
        guard !content.isEmpty else { throw refuse("it is empty") }
        return content
    }
}

import Glibc
import Processes
import Testing

/// A temporary folder, removed with the object.
final class Folder: Sendable {
    let path: String

    init() throws {
        let template = try #require(strdup("/tmp/reach-probe-XXXXXX"))
        defer { free(template) }
        try #require(mkdtemp(template) != nil)
        path = String(cString: template)
    }

    deinit {
        _ = try? Command("/bin/rm", ["-rf", "--", path]).capture(deadline: .seconds(30))
    }

    func write(_ text: String, to name: String) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    func read(_ name: String) -> String {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

import Glibc
import Processes

/// A file that cannot be read or written.
struct FileError: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String { "\(path): \(String(cString: strerror(code)))" }
}

/// Whole files, read and replaced.
enum Files {
    /// The bytes of the file, or nil if there is none.
    static func read(_ path: String) throws(FileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw FileError(path: path, code: errno) }
            return nil
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw FileError(path: path, code: errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    /// Replaces the file with `bytes` in one step.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileError) {
        let draft = path + ".new"
        unlink(draft)
        try append(bytes, to: draft, mode: mode)
        guard rename(draft, path) == 0 else { throw FileError(path: path, code: errno) }
    }

    /// Appends `bytes`, creating the file when absent.
    static func append(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileError(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Creates the directory and those above it.
    static func makeDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw FileError(path: path, code: errno)
        }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw FileError(path: path, code: errno)
        }
    }

    /// Removes the file at `path`, if there is one.
    static func remove(_ path: String) { unlink(path) }

    /// The names in a folder, sorted; empty when there is none.
    static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Gives the file or folder at `path` another name.
    static func move(_ path: String, to target: String) throws(FileError) {
        guard rename(path, target) == 0 else { throw FileError(path: path, code: errno) }
    }

    /// Copies a folder with all that is in it; what was at `target` is gone.
    static func copy(_ path: String, to target: String) throws {
        try removeTree(target)
        let done = try Command("/bin/cp", ["-a", path, target]).capture(deadline: .seconds(120))
        guard done.ending.isSuccess else { throw FileError(path: target, code: EIO) }
    }

    /// Removes a folder with all that is in it.
    static func removeTree(_ path: String) throws {
        _ = try Command("/bin/rm", ["-rf", path]).capture(deadline: .seconds(120))
    }

    /// Makes `path` a symbolic link to `target`, in place of what there was.
    static func link(_ path: String, to target: String) throws(FileError) {
        unlink(path)
        guard symlink(target, path) == 0 else { throw FileError(path: path, code: errno) }
    }

    /// The folder `path` lies in.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

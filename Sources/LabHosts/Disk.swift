internal import Glibc

/// The few file operations a lab needs.
public enum Disk {
    /// The bytes of the file at `path`, or nil when it cannot be read.
    public static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// The file's text, or nil when it cannot be read.
    public static func text(_ path: String) -> String? {
        read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts `text` in place of the file at `path`: readers see the old or the
    /// new one, whole.
    public static func write(
        _ path: String, _ text: String, mode: UInt32 = 0o644
    ) throws(DiskError) {
        try write(path, Array(text.utf8), mode: mode)
    }

    /// Puts `bytes` in place of the file at `path`, as `write` does text.
    public static func write(
        _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644
    ) throws(DiskError) {
        let temporary = "\(path).new"
        unlink(temporary)
        try put(temporary, bytes, flags: O_CREAT | O_EXCL, mode: mode)
        guard rename(temporary, path) == 0 else { throw DiskError(path: path, code: errno) }
    }

    /// Adds `text` to the file at `path`, making it when absent.
    public static func append(_ path: String, _ text: String) throws(DiskError) {
        try put(path, Array(text.utf8), flags: O_CREAT | O_APPEND, mode: 0o644)
    }

    /// Writes into the existing file at `path`, which keeps its identity: a
    /// file that is laid over another one must.
    public static func overwrite(_ path: String, _ text: String) throws(DiskError) {
        try put(path, Array(text.utf8), flags: O_TRUNC, mode: 0)
    }

    private static func put(
        _ path: String, _ bytes: [UInt8], flags: Int32, mode: UInt32
    ) throws(DiskError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, mode)
        guard descriptor >= 0 else { throw DiskError(path: path, code: errno) }
        defer { close(descriptor) }
        if mode != 0 { fchmod(descriptor, mode) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw DiskError(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes the folder at `path` and those above it.
    public static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(DiskError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw DiskError(path: path, code: errno)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw DiskError(path: path, code: errno)
        }
    }

    /// Whether there is something at `path`, a dangling link included.
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The names in the folder at `path`, sorted; empty when there is none.
    public static func names(_ path: String) -> [String] {
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

    /// Removes the file at `path`, if there is one.
    public static func remove(_ path: String) { unlink(path) }

    /// Removes everything below the folder at `path`, which stays; links are not
    /// followed.
    static func empty(_ path: String) {
        for name in names(path) {
            let inner = "\(path)/\(name)"
            if unlink(inner) == 0 { continue }
            chmod(inner, 0o700)
            empty(inner)
            rmdir(inner)
        }
    }

    /// Gives the file or folder at `path` another name.
    public static func move(_ path: String, to target: String) throws(DiskError) {
        guard rename(path, target) == 0 else { throw DiskError(path: path, code: errno) }
    }

    /// Makes `path` a symbolic link to `target`, in place of what link there was.
    public static func link(_ path: String, to target: String) throws(DiskError) {
        unlink(path)
        guard symlink(target, path) == 0 else { throw DiskError(path: path, code: errno) }
    }

    /// Where the symbolic link at `path` points; nil when it is none.
    static func target(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        return count < 0
            ? nil : String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `path` without links and dots, or nil when it leads nowhere.
    public static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

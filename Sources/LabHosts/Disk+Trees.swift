internal import Glibc

extension Disk {
    /// Whether `path` itself is a folder, not a link to one.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Where `path` of a machine whose root is `tree` really lies: links lead
    /// where the machine sees them lead, never out of it.
    static func inside(_ tree: String, _ path: String) -> String {
        var open = path.split(separator: "/").map(String.init)[...]
        var place: [String] = []
        var links = 0
        while let name = open.popFirst() {
            if name == ".." { _ = place.popLast() }
            if name == "." || name == ".." { continue }
            let next = tree + (place + [name]).map { "/\($0)" }.joined()
            guard links < 40, let target = target(next) else {
                place.append(name)
                continue
            }
            links += 1
            if target.hasPrefix("/") { place = [] }
            open = (target.split(separator: "/").map(String.init) + open)[...]
        }
        return tree + place.map { "/\($0)" }.joined()
    }

    /// Removes what is at `path`, with everything in it; links are not followed.
    public static func removeTree(_ path: String) {
        if isFolder(path) {
            for name in names(path) { removeTree("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    /// Copies the folder `source` with the modes of what is in it; `target`
    /// must not be there.
    public static func copyTree(_ source: String, to target: String) throws(DiskError) {
        var status = stat()
        guard lstat(source, &status) == 0 else { throw DiskError(path: source, code: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try makeFolder(target)
            for name in names(source) { try copyTree("\(source)/\(name)", to: "\(target)/\(name)") }
        case S_IFLNK:
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink(source, &buffer, buffer.count - 1)
            guard count > 0, symlink(buffer, target) == 0 else {
                throw DiskError(path: target, code: errno)
            }
            return
        default: try copyFile(source, to: target)
        }
        chmod(target, status.st_mode & 0o7777)
    }

    private static func copyFile(_ source: String, to target: String) throws(DiskError) {
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0, let bytes = read(source) else {
            if output >= 0 { close(output) }
            throw DiskError(path: target, code: errno)
        }
        defer { close(output) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw DiskError(path: target, code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}

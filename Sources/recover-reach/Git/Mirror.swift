internal import Glibc

/// The directory of a bare mirror: ours alone, mode 0700, not a symbolic link.
struct Mirror {
    let path: String

    init(_ path: String) throws(Refusal) {
        guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0), path.utf8.count < 4000
        else {
            throw Refusal(
                "GT-MIRROR", "'\(path.shown)' is not an absolute path",
                do: "Give --mirror an absolute path.", exit: .refused)
        }
        self.path = path
    }

    /// Throws unless the directory is safe to use; makes it when asked to.
    func check(orCreate: Bool) throws(Refusal) {
        if orCreate, mkdir(path, 0o700) != 0, errno != EEXIST {
            throw refusal("cannot be made: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw refusal(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal("not a directory") }
        guard status.st_uid == geteuid() else { throw refusal("owned by another user") }
        guard status.st_mode & 0o077 == 0 else { throw refusal("open to other users") }
    }

    /// Throws when the directory holds anything but the beginnings of a mirror,
    /// so that a mistyped path is never turned into one.
    func checkEmpty() throws(Refusal) {
        let beginnings: Set = [
            "HEAD", "config", "config.lock", "description", "hooks", "info", "objects",
            "refs",
        ]
        for name in names(in: ".") where !beginnings.contains(name) {
            throw refusal("neither empty nor a mirror: it holds \(name.shown)")
        }
    }

    /// What a folder of the mirror holds; nothing where there is none.
    func names(in folder: String) -> [String] {
        guard let directory = opendir("\(path)/\(folder)") else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    func refusal(_ reason: String) -> Refusal {
        Refusal(
            "GT-MIRROR", "the mirror \(path.shown): \(reason)",
            do: "Give a directory of your own with mode 0700, or a path where none is yet.",
            exit: .refused)
    }
}

import Glibc

/// `/var/lib/rancher/k3s/server` of one simulated machine.
public struct ServerFolder: Hashable, Sendable {
    /// Where this process finds it.
    public let path: String
    /// What it is called on the machine.
    public let shown: String

    /// The folder at `path`.
    public init(path: String, shown: String = "/var/lib/rancher/k3s/server") {
        self.path = path
        self.shown = shown
    }

    /// The file `name` in it, for this process.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Where this process finds what the machine calls `path`.
    func outside(_ path: String) -> String {
        guard path.hasPrefix("/"), self.path.hasSuffix(shown), self.path != shown else {
            return path
        }
        return self.path.dropLast(shown.count) + path
    }

    /// The bytes of a file and when it was changed, in whole seconds; nil when
    /// there is none.
    func read(_ name: String) throws(FileError) -> BootstrapFile? {
        guard let content = try Files.read(file(name)) else { return nil }
        var status = stat()
        guard stat(file(name), &status) == 0 else {
            throw FileError(path: file(name), code: errno)
        }
        return BootstrapFile(content: content, changed: status.st_mtim.tv_sec)
    }

    /// Writes a file as it was at `changed`.
    func write(_ name: String, _ bootstrap: BootstrapFile) throws(FileError) {
        try write(name, bootstrap.content)
        let then = timespec(tv_sec: bootstrap.changed, tv_nsec: 0)
        utimensat(AT_FDCWD, file(name), [then, then], 0)
    }

    /// Writes a file only its owner may read.
    func write(_ name: String, _ content: [UInt8]) throws(FileError) {
        try Files.makeDirectory(Files.folder(of: file(name)))
        try Files.write(content, to: file(name), mode: 0o600)
    }

    func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

    /// Whether the folder `name` is missing or has nothing in it.
    func isEmpty(_ name: String) -> Bool { Files.names(file(name)).isEmpty }
}

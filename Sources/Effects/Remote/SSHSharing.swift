internal import Digest
internal import Estates
internal import Glibc

/// One connection for many questions: a master of ssh, on a socket in our
/// private folder.
///
/// The socket's name stands for who is asked, as whom, and by which host key
/// they are known: an answer never comes over a connection that was made when
/// another key was pinned, nor from another node at the same address. It also
/// carries our process id, so that no run ends the connections of another.
struct SSHSharing {
    private let directory: String

    /// How long a master stays when nothing is asked: for as long as one would
    /// outlive a killed run.
    private static let stay = 30

    /// Nil where a socket could not be, or would not be private: then every
    /// question has its own connection.
    init?(directory: String) {
        var information = stat()
        guard lstat(directory, &information) == 0, information.st_mode & S_IFMT == S_IFDIR,
            information.st_uid == getuid(), information.st_mode & 0o077 == 0,
            // ssh reads the path with its own eyes: no token, no quote, no blank.
            directory.utf8.allSatisfy({
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_./+:,".utf8.contains($0)
                }
            }),
            // ssh binds `PATH.` and 16 letters first; sun_path holds 107 bytes.
            directory.utf8.count + 1 + Self.name(String(repeating: "f", count: 16)).utf8.count + 17
                <= 107
        else { return nil }
        self.directory = directory
    }

    private static func name(_ digest: String) -> String { "m\(getpid())-\(digest)" }

    /// Options of ssh that make or use the master for `node`.
    func options(_ node: String, _ host: Binding.Host, key: String) -> [String] {
        let who = [
            node, host.address, String(host.port), host.user, key, host.identity ?? "",
        ].joined(separator: "\n")
        let name = Self.name(String(SHA256.hex(who).prefix(16)))
        return [
            "-o", "ControlMaster=auto", "-o", "ControlPath=\(directory)/\(name)",
            "-o", "ControlPersist=\(Self.stay)",
        ]
    }

    /// Sockets of masters this process made.
    var sockets: [String] {
        Folders.names(in: directory).filter { $0.hasPrefix(Self.name("")) }
            .map { "\(directory)/\($0)" }
    }
}

import Glibc
import LabHosts
import Synchronization

/// The host of the desired state's repository, outside of the estate: an
/// unmodified `sshd` that leads to Git and to nothing else.
///
/// Engines in the clusters read the same repository, and only while it is there.
final class GitHost: Sendable {
    private let paths: LabPaths
    private let server: SSHServer
    private let running = Mutex<pid_t>(0)

    init(_ paths: LabPaths, tools: Tools) {
        self.paths = paths
        server = SSHServer(
            name: "git", address: OutsideAddresses.gitHost, folder: "\(paths.outside)/git",
            command: "\(tools.lab) git-session \(paths.root) \(tools.git)", paths: paths,
            tools: tools)
    }

    /// As people clone it.
    static let url = "ssh://git@\(OutsideAddresses.gitHost)/desired-state.git"

    private var mark: String { "\(paths.outside)/git/gone" }

    /// Whether anybody answers there.
    var isThere: Bool { !Disk.exists(mark) }

    /// `ssh-ed25519 AAAA…`: the key it shows.
    var hostKey: String { server.publicKey }

    /// Starts it as it was when the lab stopped: there, or still gone.
    func start() throws {
        try Disk.makeFolder("\(paths.outside)/git", mode: 0o700)
        if hostKey.isEmpty { try server.makeKey() }
        if isThere { try open() }
    }

    private func open() throws {
        let pid = try server.start()
        running.withLock { $0 = pid }
        Background.run {
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
    }

    /// Ends it; whether it is there stays known.
    func stop() {
        let pid = running.withLock { pid in
            defer { pid = 0 }
            return pid
        }
        if pid > 0 { kill(pid, SIGKILL) }
    }

    /// It is gone: connections are refused.
    func lose() throws {
        try Disk.write(mark, "")
        stop()
    }

    /// It is back, with the key it had.
    func restore() throws {
        guard !isThere else { return }
        Disk.remove(mark)
        try open()
    }
}

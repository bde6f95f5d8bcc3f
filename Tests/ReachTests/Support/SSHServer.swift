import Glibc
import Processes
import Testing

/// The real sshd on loopback, as an ordinary user of a user namespace of its
/// own; it ends with the object.
///
/// It needs bwrap and sshd (RECOVER_LAB_TOOLS or `.build/tools/root`, else
/// what is installed). Where one is missing the tests fail and say so.
final class SSHServer {
    let folder: Folder
    let port: Int
    private let daemon: Daemon

    /// `force` is a shell line that stands in for whatever a client asks for.
    init(force: String? = nil) throws {
        folder = try Folder()
        for name in ["host", "other-host", "client", "other-client"] {
            let made = try Command(
                "/usr/bin/ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder.path)/\(name)"],
                environment: ["PATH": "/usr/bin:/bin"]
            ).capture(deadline: .seconds(30))
            try #require(made.ending.isSuccess, "\(made.error.text)")
        }
        port = try Loopback.freePort()
        let user = geteuid() == 0 ? 1000 : Int(geteuid())
        try folder.write("git:x:\(user):\(user)::/tmp:/bin/sh\n", to: "passwd")
        if let force { try folder.write(force + "\n", to: "force") }
        try folder.write(
            """
            ListenAddress 127.0.0.1:\(port)
            HostKey \(folder.path)/host
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AuthorizedKeysFile \(folder.path)/client.pub
            \(force == nil ? "" : "ForceCommand /bin/sh \(folder.path)/force")

            """, to: "config")
        let tools = try Self.tools()
        let server = try #require(
            [tools + "/usr/sbin/sshd", "/usr/sbin/sshd"].first { (path: String) in
                access(path, X_OK) == 0
            },
            "there is no sshd: make tools")
        daemon = try Daemon(
            "/usr/bin/bwrap",
            [
                "--dev-bind", "/", "/", "--unshare-user", "--uid", "\(user)", "--gid", "\(user)",
                "--unshare-pid", "--proc", "/proc", "--die-with-parent", "--ro-bind",
                "\(folder.path)/passwd", "/etc/passwd", "--", server, "-D", "-e", "-f",
                "\(folder.path)/config",
            ], in: folder, log: "log",
            environment: [
                "PATH": "/usr/bin:/bin",
                "LD_LIBRARY_PATH": [
                    "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib",
                ]
                .map { tools + $0 }.joined(separator: ":"),
            ])
        _ = try daemon.waitFor("Server listening")
    }

    func url(_ path: String) -> String { "ssh://git@127.0.0.1:\(port)\(path)" }

    /// A public key as a binding has it.
    func key(_ name: String) -> String {
        folder.read("\(name).pub").split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// Pins `host` and logs in with `client`.
    func options(host: String = "host", client: String = "client") -> [String] {
        ["--host-key", key(host), "--credentials", "\(folder.path)/\(client)"]
    }

    var logins: Int {
        folder.read("log").split(whereSeparator: \.isNewline).count { $0.hasPrefix("Accepted") }
    }

    private static func tools() throws -> String {
        if let named = getenv("RECOVER_LAB_TOOLS") { return String(cString: named) }
        return #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
            + "/.build/tools/root"
    }
}

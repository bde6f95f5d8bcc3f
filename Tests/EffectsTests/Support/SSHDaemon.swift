import Estates
import Glibc
import Processes
import Testing

@testable import Effects

/// The real sshd on loopback, as an ordinary user of a user namespace of its
/// own, and a client of ours that knows it.
///
/// It needs bwrap and sshd (RECOVER_LAB_TOOLS or `.build/tools/root`, else
/// what is installed). Where one is missing the tests fail and say so.
final class SSHDaemon {
    static let tools =
        getenv("RECOVER_LAB_TOOLS").map { String(cString: $0) }
        ?? Workshop.root + "/.build/tools/root"

    let path: String
    let port: Int
    private let sandbox: pid_t

    init() throws {
        var template = Array("/tmp/effects-sshd-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
        mkdir("\(path)/ssh", 0o700)
        for name in ["host", "other-host", "client", "other-client"] {
            let made = try Command(
                "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(path)/\(name)"],
                environment: ["PATH": "/usr/bin:/bin"]
            ).capture(deadline: .seconds(20))
            try #require(made.ending.isSuccess, "\(made.error.text)")
        }
        port = try #require(Self.freePort())
        let user = geteuid() == 0 ? 1000 : Int(geteuid())
        let files = [
            "passwd": "ops:x:\(user):\(user)::/tmp:/bin/sh\n",
            "config": """
            ListenAddress 127.0.0.1:\(port)
            HostKey \(path)/host
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AuthorizedKeysFile \(path)/client.pub
            MaxStartups 100

            """,
        ]
        for (name, text) in files {
            try #require(Files.write(Array(text.utf8), to: "\(path)/\(name)", mode: 0o600))
        }
        let server = [Self.tools + "/usr/sbin/sshd", "/usr/sbin/sshd"].first {
            (path: String) in access(path, X_OK) == 0
        }
        let file = open("\(path)/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        let libraries = Folders.names(in: Self.tools + "/usr/lib").map { "\(Self.tools)/usr/lib/\($0)" }
        sandbox = try Spawn.start(
            Command(
                "/usr/bin/bwrap",
                [
                    "--dev-bind", "/", "/", "--unshare-user", "--uid", "\(user)", "--gid",
                    "\(user)", "--ro-bind", "\(path)/passwd", "/etc/passwd", "--",
                    try #require(server, "install openssh-server"), "-D", "-e", "-f",
                    "\(path)/config",
                ],
                environment: [
                    "PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": libraries.joined(separator: ":"),
                ]), descriptors: [-1, file, file])
        try #require(
            Workshop.eventually { log().contains("Server listening") }, "\(log())")
    }

    deinit {
        for pid in Self.descendants(of: sandbox).reversed() { kill(pid, SIGKILL) }
        kill(sandbox, SIGKILL)
        var status: Int32 = 0
        waitpid(sandbox, &status, 0)
        _ = try? Command("/bin/rm", ["-rf", path]).capture(deadline: .seconds(20))
    }

    func log() -> String { String(decoding: Files.read("\(path)/log") ?? [], as: UTF8.self) }

    /// How many connections logged in.
    var logins: Int {
        // sshd ends its lines with CR LF, which is one character.
        log().split(whereSeparator: \.isNewline).count { $0.hasPrefix("Accepted publickey") }
    }

    /// The public key `name` as a binding has it.
    func key(_ name: String) -> String {
        String(decoding: Files.read("\(path)/\(name).pub") ?? [], as: UTF8.self)
            .split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// A client that pins `host` and logs in with `client`.
    func client(pins host: String? = "host") throws -> SSHClient {
        let client = SSHClient(
            program: "/usr/bin/ssh", directory: "\(path)/ssh",
            environment: ["PATH": "/usr/bin:/bin", "HOME": path])
        try #require(client.prepare(keys: host.map { ["n1": key($0)] } ?? [:]))
        return client
    }

    func host(client: String = "client") throws -> Binding.Host {
        try #require(
            try Workshop.binding(
                """
                binding: 1
                estate: e
                nodes:
                  n1:
                    address: 127.0.0.1
                    port: \(port)
                    user: ops
                    host-key: \(key("host"))
                    identity: \(path)/\(client)

                """
            ).hosts["n1"])
    }

    /// The processes that serve a connection: all of sshd but the listener.
    var sessions: [pid_t] {
        Self.descendants(of: sandbox).dropFirst().filter {
            String(decoding: Files.contents("/proc/\($0)/comm"), as: UTF8.self) == "sshd\n"
        }
    }

    private static func descendants(of root: pid_t) -> [pid_t] {
        var parents: [pid_t: pid_t] = [:]
        for name in Folders.names(in: "/proc") {
            let text = String(decoding: Files.contents("/proc/\(name)/stat"), as: UTF8.self)
            guard let pid = pid_t(name), let close = text.lastIndex(of: ")") else { continue }
            parents[pid] = pid_t(text[close...].split(separator: " ")[2])
        }
        var found = [root]
        var next = 0
        while next < found.count {
            found += parents.filter { $0.value == found[next] }.keys.sorted()
            next += 1
        }
        return Array(found.dropFirst())
    }

    private static func freePort() -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard bind(descriptor, $0, size) == 0, getsockname(descriptor, $0, &size) == 0
                else { return nil }
                return Int(UInt16(bigEndian: $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_port
                }))
            }
        }
    }
}

extension Files {
    /// A file of /proc, whose size nobody knows before.
    static func contents(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, 4096)
        return Array(buffer.prefix(max(0, count)))
    }
}

extension Workshop {
    /// The binding that `text` makes.
    static func binding(_ text: String) throws -> Binding {
        var template = Array("/tmp/effects-binding-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        try #require(file >= 0)
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer {
            close(file)
            unlink(path)
        }
        let bytes = Array(text.utf8)
        try #require(write(file, bytes, bytes.count) == bytes.count)
        return try Binding(reading: path)
    }
}

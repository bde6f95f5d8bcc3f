import Glibc
import Testing

/// A real dnsmasq that knows one zone, `lab.test`, and nobody to ask further.
final class NameServer: Sendable {
    let port: Int
    private let daemon: Daemon

    /// RECOVER_LAB_TOOLS, or what packaging/setup unpacked for this repository.
    private static var tools: String {
        if let named = getenv("RECOVER_LAB_TOOLS") { return String(cString: named) }
        let repository = #filePath.split(separator: "/").dropLast(5).joined(separator: "/")
        return "/\(repository)/.build/tools/root"
    }

    init(_ records: [String]) throws {
        let program = Self.tools + "/usr/sbin/dnsmasq"
        try #require(access(program, X_OK) == 0, "there is no \(program): run packaging/setup")
        port = try Loopback.freePort()
        let user = getuid() == 0 ? ["--user=root", "--group=root"] : []
        let libraries = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu"].map {
            Self.tools + $0
        }
        daemon = try Daemon(
            program,
            [
                "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file", "--log-facility=-",
                "--no-resolv", "--no-hosts", "--no-poll", "--port=\(port)", "--bind-interfaces",
                "--listen-address=127.0.0.1", "--local=/lab.test/",
            ] + user + records, in: try Folder(), log: "dnsmasq.log",
            environment: ["LD_LIBRARY_PATH": libraries.joined(separator: ":")])
        _ = try daemon.waitFor("started, version")
    }

    func ask(_ name: String, _ type: String, milliseconds: Int = 3000) throws -> Program.Answer {
        try Self.ask(port: port, name, type, milliseconds: milliseconds)
    }

    static func ask(
        port: Int, _ name: String, _ type: String, milliseconds: Int = 3000
    ) throws -> Program.Answer {
        try Program.run([
            "dns", "--server", "127.0.0.1", "--server-port", "\(port)", "--name", name, "--type",
            type,
            "--deadline-ms", "\(milliseconds)",
        ])
    }
}

internal import Glibc
internal import Processes

/// The unmodified `sshd` of one simulated machine.
///
/// It runs as the lab's one user, so there is no privilege separation; every
/// session is forced into the node's sandbox.
struct SSHServer: Sendable {
    let host: HostDeclaration
    let paths: LabPaths
    let tools: Tools

    private var machine: String { paths.machine(host.name) }
    private var keyFile: String { "\(machine)/ssh_host_ed25519_key" }

    /// Makes a new host key in place of what there was.
    func makeKey() throws {
        Disk.remove(keyFile)
        Disk.remove("\(keyFile).pub")
        try SSHServer.makeKey(keyFile, comment: host.name, tools: tools)
    }

    /// Makes a key pair at `path`.
    static func makeKey(_ path: String, comment: String, tools: Tools) throws {
        let made = try Command(
            tools.sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path],
            environment: ["PATH": "/usr/bin:/bin"]
        ).capture(deadline: .seconds(30))
        guard made.ending.isSuccess else {
            throw LabFailure("ssh-keygen made no key at \(path): \(made.error.text)")
        }
    }

    /// `ssh-ed25519 AAAA…`, without a comment.
    var publicKey: String {
        (Disk.text("\(keyFile).pub") ?? "").split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// Starts it and waits until it answers. Returns its process id.
    func start() throws -> pid_t {
        let file = "\(machine)/sshd_config"
        try Disk.write(file, configuration)
        let log = open("\(machine)/sshd.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else { throw DiskError(path: "\(machine)/sshd.log", code: errno) }
        defer { close(log) }
        var environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        if !tools.libraries.isEmpty {
            environment["LD_LIBRARY_PATH"] = tools.libraries.joined(separator: ":")
        }
        let command = Command(tools.sshd, ["-D", "-e", "-f", file], environment: environment)
        let pid = try Spawn.start(command, descriptors: [-1, log, log])
        for _ in 0..<500 {
            if answers() { return pid }
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { break }
            Background.sleep(10)
        }
        kill(pid, SIGKILL)
        let said = Disk.text("\(machine)/sshd.log") ?? ""
        throw LabFailure("sshd of \(host.name) does not listen on \(host.address):22: \(said)")
    }

    private var configuration: String {
        """
        ListenAddress \(host.address):22
        HostKey \(keyFile)
        PidFile none
        UsePAM no
        StrictModes no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        AuthorizedKeysFile \(paths.clientKey).pub
        PrintMotd no
        MaxStartups 100
        ForceCommand exec \(tools.lab) session \(paths.root) \(host.name)

        """
    }

    private func answers() -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(22).bigEndian
        guard inet_pton(AF_INET, host.address, &address.sin_addr) == 1 else { return false }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

internal import Glibc
internal import Processes

/// An unmodified `sshd` of the lab: that of a simulated machine, or that of the
/// Git host.
///
/// It runs as the lab's one user, so there is no privilege separation; every
/// session is forced into one command.
public struct SSHServer: Sendable {
    private let name: String, address: String
    /// Where its key, its configuration and its log are.
    private let folder: String
    /// What every session becomes.
    private let command: String
    private let paths: LabPaths
    private let tools: Tools

    /// One at port 22 of `address`, whose sessions are all `command`.
    public init(
        name: String, address: String, folder: String, command: String, paths: LabPaths,
        tools: Tools
    ) {
        self.name = name
        self.address = address
        self.folder = folder
        self.command = command
        self.paths = paths
        self.tools = tools
    }

    /// That of a machine: every session is forced into its sandbox.
    init(host: HostDeclaration, paths: LabPaths, tools: Tools) {
        self.init(
            name: host.name, address: host.address, folder: paths.machine(host.name),
            command: "\(tools.lab) session \(paths.root) \(host.name)", paths: paths, tools: tools)
    }

    private var keyFile: String { "\(folder)/ssh_host_ed25519_key" }

    /// Makes a new host key in place of what there was.
    public func makeKey() throws {
        Disk.remove(keyFile)
        Disk.remove("\(keyFile).pub")
        try SSHServer.makeKey(keyFile, comment: name, tools: tools)
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
    public var publicKey: String {
        (Disk.text("\(keyFile).pub") ?? "").split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// Starts it and waits until it answers. Returns its process id.
    public func start() throws -> Int32 {
        let file = "\(folder)/sshd_config"
        try Disk.write(file, configuration)
        let log = open("\(folder)/sshd.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else { throw DiskError(path: "\(folder)/sshd.log", code: errno) }
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
        let said = Disk.text("\(folder)/sshd.log") ?? ""
        throw LabFailure("sshd of \(name) does not listen on \(address):22: \(said)")
    }

    private var configuration: String {
        """
        ListenAddress \(address):22
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
        ForceCommand exec \(command)

        """
    }

    /// Asked without knocking, for which it would start a process.
    private func answers() -> Bool { Connection.isListening(address, 22) }
}

internal import Estates
internal import Glibc
internal import Processes

/// Builds ssh command lines: our own configuration and known hosts, never the
/// user's.
struct SSHClient {
    /// Absolute path of ssh.
    let program: String
    /// Private folder for configuration and known hosts.
    let directory: String
    let environment: [String: String]

    private var configuration: String { "\(directory)/ssh_config" }
    private var knownHosts: String { "\(directory)/known_hosts" }

    /// Writes both files; `keys` maps a node to its `type base64` host key.
    /// What is no key, or a name that would be a pattern, is left out: then
    /// the host is unknown, and refused.
    func prepare(keys: [String: String]) -> Bool {
        // A percent sign begins a token there.
        let hostsPath = knownHosts.replacing("%", with: "%%")
        guard !hostsPath.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 }) else {
            return false
        }
        let settings = """
            Host *
              BatchMode yes
              StrictHostKeyChecking yes
              UserKnownHostsFile "\(hostsPath)"
              GlobalKnownHostsFile /dev/null
              VerifyHostKeyDNS no
              UpdateHostKeys no
              CheckHostIP no
              PreferredAuthentications publickey
              ControlMaster no
              ControlPath none
              ConnectTimeout 10
              ServerAliveInterval 5
              ServerAliveCountMax 3
              ForwardAgent no
              ForwardX11 no
              ClearAllForwardings yes
              PermitLocalCommand no
              EscapeChar none
              LogLevel ERROR

            """
        let hosts = keys.sorted { $0.key < $1.key }.filter {
            HostGrammar.isName($0.key) && HostGrammar.isKey($0.value)
        }.map { "\($0.key) \($0.value)\n" }.joined()
        return Files.write(Array(settings.utf8), to: configuration, mode: 0o600)
            && Files.write(Array(hosts.utf8), to: knownHosts, mode: 0o600)
    }

    /// The command that runs `remote`, one shell line, on `node`.
    ///
    /// A read-only question may share a connection with others that trust the
    /// same key (`sharing`); whatever acts has one of its own.
    func command(
        _ node: String, _ host: Binding.Host, remote: String, input: [UInt8] = [],
        sharing key: String? = nil
    ) -> Command {
        var arguments = [
            "-F", configuration, "-T", "-o", "HostKeyAlias=\(node)", "-p", String(host.port), "-l",
            host.user,
        ]
        if let identity = host.identity {
            arguments += ["-o", "IdentitiesOnly=yes", "-i", identity]
        }
        if let key, let sharing = SSHSharing(directory: directory) {
            arguments += sharing.options(node, host, key: key)
        }
        arguments += ["--", host.address, remote]
        return Command(
            program, arguments, environment: environment, directory: directory, input: input)
    }

    /// Ends the shared connections of this process; they would end by
    /// themselves a little later.
    func endSharing() {
        for socket in SSHSharing(directory: directory)?.sockets ?? [] {
            let leave = Command(
                program,
                ["-F", configuration, "-o", "ControlPath=\(socket)", "-O", "exit", "--", "none"],
                environment: environment, directory: directory)
            _ = try? leave.capture(deadline: .seconds(5))
        }
    }
}

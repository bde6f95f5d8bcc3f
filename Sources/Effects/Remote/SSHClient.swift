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
    func prepare(keys: [String: String]) -> Bool {
        let settings = """
            Host *
              BatchMode yes
              StrictHostKeyChecking yes
              UserKnownHostsFile \(knownHosts)
              GlobalKnownHostsFile /dev/null
              UpdateHostKeys no
              CheckHostIP no
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
        let hosts = keys.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        return Files.write(Array(settings.utf8), to: configuration, mode: 0o600)
            && Files.write(Array(hosts.utf8), to: knownHosts, mode: 0o600)
    }

    /// The command that runs `remote`, one shell line, on `node`.
    func command(_ node: String, _ host: Binding.Host, remote: String, input: [UInt8] = [])
        -> Command
    {
        var arguments = [
            "-F", configuration, "-T", "-o", "HostKeyAlias=\(node)", "-p", String(host.port), "-l",
            host.user,
        ]
        if let identity = host.identity {
            arguments += ["-o", "IdentitiesOnly=yes", "-i", identity]
        }
        arguments += ["--", host.address, remote]
        return Command(
            program, arguments, environment: environment, directory: directory, input: input)
    }
}

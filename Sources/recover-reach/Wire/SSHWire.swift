internal import Glibc
internal import Processes

/// git's upload-pack behind OpenSSH's client, with a configuration, known hosts
/// and environment of its own.
///
/// Debian's libgit2 has ssh through libssh2 1.10, which signs with an RSA key
/// by SHA-1 only: today's sshd refuses it.
final class SSHWire: Wire {
    let isStateless = false
    private let source: SourceURL
    private let trust: Trust
    private let mirror: Mirror
    private var process: pid_t = 0
    private var input: Int32 = -1
    private var output: Int32 = -1
    private var errors: Int32 = -1
    private var said: [UInt8] = []
    private var hasAnswered = false

    private static let knownHosts = "known_hosts"
    private static let words = 16 << 10

    init(_ source: SourceURL, _ trust: Trust, _ mirror: Mirror) {
        self.source = source
        self.trust = trust
        self.mirror = mirror
    }

    deinit { end() }

    func askForRefs() throws(Refusal) {
        Phase.enter(.connecting)
        // Under one name, so that it is the key that counts and no pattern.
        let lines = trust.hostKeys.map { "source \($0)\n" }.joined()
        try mirror.write(Array(lines.utf8), to: Self.knownHosts)
        try start()
    }

    /// The same stream goes on.
    func askForPack() throws(Refusal) {}

    private func start() throws(Refusal) {
        guard let toChild = Self.pipe(), let fromChild = Self.pipe(), let words = Self.pipe() else {
            throw unusable("no pipe: \(SystemError(code: errno))")
        }
        defer { for end in [toChild.read, fromChild.write, words.write] { close(end) } }
        (input, output, errors) = (toChild.write, fromChild.read, words.read)
        do {
            // setpriv ties ssh to this process, which may be killed at any moment.
            process = try Spawn.start(
                Command(
                    "/usr/bin/setpriv",
                    ["--pdeathsig", "KILL", "--no-new-privs", "--", "/usr/bin/ssh"] + arguments,
                    environment: environment, directory: mirror.path),
                descriptors: [toChild.read, fromChild.write, words.write])
        } catch {
            throw unusable(error.description)
        }
    }

    /// The agent's socket is all that is passed on, and only without a key file.
    private var environment: [String: String] {
        var environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        if trust.credentials == nil, let agent = getenv("SSH_AUTH_SOCK") {
            environment["SSH_AUTH_SOCK"] = String(cString: agent)
        }
        return environment
    }

    private var arguments: [String] {
        guard case .ssh(let user, let host, let port) = source.transport else { return [] }
        var settings = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(Self.knownHosts)",
            "GlobalKnownHostsFile=none", "HostKeyAlias=source", "CheckHostIP=no",
            "UpdateHostKeys=no",
            "VerifyHostKeyDNS=no", "PreferredAuthentications=publickey", "ControlMaster=no",
            "ControlPath=none", "ProxyCommand=none", "ForwardAgent=no", "ForwardX11=no",
            "ClearAllForwardings=yes", "PermitLocalCommand=no", "EscapeChar=none", "LogLevel=ERROR",
            "ServerAliveInterval=15",
        ]
        if let key = trust.credentials {
            settings += ["IdentitiesOnly=yes", "IdentityAgent=none", "IdentityFile=\(key)"]
        } else {
            settings += ["IdentityFile=none"]
        }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return ["-F", "none", "-T"] + settings.flatMap { ["-o", $0] } + [
            "-p", String(port), "-l", user, "--", bare, "git-upload-pack '\(source.path)'",
        ]
    }

    func send(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(input, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    func receive(_ room: UnsafeMutableRawBufferPointer) throws(Refusal) -> Int {
        while true {
            var watched = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, 2, -1) > 0 else { continue }
            if watched[1].revents != 0 { listen() }
            guard watched[0].revents != 0 else { continue }
            let count = read(output, room.baseAddress, room.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            if !hasAnswered { Phase.enter(.refs) }
            hasAnswered = true
            return count
        }
    }

    /// Reads a part of what ssh says; -1 is a descriptor poll leaves alone.
    private func listen() {
        var part = [UInt8](repeating: 0, count: 4096)
        let count = read(errors, &part, part.count)
        if count > 0 {
            said += part.prefix(min(count, max(0, Self.words - said.count)))
        } else if count == 0 || errno != EINTR {
            close(errors)
            errors = -1
        }
    }

    /// The stream ended before its time: what ssh said about it.
    private func failure() -> Refusal {
        while errors >= 0 { listen() }
        return SSHFailure(
            source: source, words: String(decoding: said, as: UTF8.self), hasAnswered: hasAnswered,
            hasCredential: trust.credentials != nil
        ).refusal
    }

    func end() {
        for descriptor in [input, output, errors] where descriptor >= 0 { close(descriptor) }
        (input, output, errors) = (-1, -1, -1)
        guard process > 0 else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        process = 0
    }

    private static func pipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return nil }
        // No thread of ours starts anything in between.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private func unusable(_ reason: String) -> Refusal {
        Refusal(
            "GT-SSH", "ssh cannot be started: \(reason.shown)",
            do: "Install openssh-client and util-linux.", exit: .failed)
    }
}

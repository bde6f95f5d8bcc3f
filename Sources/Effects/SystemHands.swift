internal import CPosix
internal import Estates
internal import Glibc
internal import JSON
internal import Processes
internal import RecoveryEngine
internal import Synchronization

/// The hands that touch the world: kubectl, ssh, local programs, persons.
///
/// One task uses them, one after the other; only the watching of acts that are
/// done at once runs beside it.
final class SystemHands: Hands {
    let setting: HandsSetting
    let keeper: Keeper
    let boot: String
    private(set) var redactor = Redactor()
    private(set) var hostKeys: [String: String]
    private var kubeconfigs: [String: String] = [:]
    /// Descriptors of locks taken and not yet given back.
    var locks: [String: Int32] = [:]
    /// A question was asked over a connection that others may use.
    var hasShared = false
    /// Acts that were started and not yet collected.
    var underWay: [String: Act] = [:]
    var unstarted: [(attempt: String, performed: Performed)] = []
    var threads: ActThreads?
    /// Named places are reached one at a time.
    let points = Mutex(())

    /// Makes the private folders.
    init(_ setting: HandsSetting, boot: String) {
        self.setting = setting
        self.boot = boot
        keeper = Keeper(path: setting.keeper, directory: setting.directory + "/attempts")
        hostKeys = setting.binding.hosts.mapValues(\.hostKey)
        for (name, bytes) in setting.secrets { redactor.add(bytes, name: name) }
        for folder in ["", "/attempts", "/work", "/cache", "/ssh"] {
            mkdir(setting.directory + folder, 0o700)
        }
    }

    var environment: [String: String] {
        var environment = setting.toolbox.environment(home: setting.directory + "/work")
        if let agent = getenv("SSH_AUTH_SOCK") {
            environment["SSH_AUTH_SOCK"] = String(cString: agent)
        }
        return environment
    }

    var work: String { setting.directory + "/work" }

    func now() -> Moment {
        Moment(
            monotonic: Int(cposix_boot_nanoseconds()),
            wall: Int(cposix_wall_nanoseconds()) / 1_000_000, boot: boot)
    }

    func sleep(_ duration: Duration) {
        // In short pieces, so that a new wish to stop is heard.
        let end = ContinuousClock.now + duration
        let wish = setting.stop()?.isUrgent
        while ContinuousClock.now < end, setting.stop()?.isUrgent == wish {
            usleep(
                UInt32(max(1, min(50, ContinuousClock.now.duration(to: end).milliseconds)) * 1000))
        }
    }

    func stopReason() -> String? { setting.stop()?.reason }
    func mustStop() -> Bool { setting.stop()?.isUrgent ?? false }
    func reached(_ point: String) { setting.reached(point) }

    func settle(_ step: Duration?) -> Duration {
        // 75 s: the API server gives a request 60 s, and kubectl itself 15 s.
        let settle = step ?? .seconds(75)
        return setting.binding.lab?.settle.map { min($0, settle) } ?? settle
    }

    func approve(_ approval: Approval, question: String, target: String) -> Consent {
        setting.person.approve(approval, question: question, target: target)
    }

    func confirm(attempt: String, question: String, rekey: String?) -> Consent {
        setting.person.confirm(attempt: attempt, question: question, rekey: rekey)
    }

    func adopt(hostKey: String, node: String) { hostKeys[node] = hostKey }

    /// Path of the kubeconfig for `cluster`, written on first use.
    func kubeconfig(_ cluster: String) throws(Kubeconfig.Refusal) -> String {
        if let path = kubeconfigs[cluster] { return path }
        guard let bound = setting.binding.clusters[cluster] else {
            throw Kubeconfig.Refusal(description: "the binding says nothing of cluster \(cluster)")
        }
        guard let server = setting.estate.cluster(cluster)?["api"]?.string,
            server.hasPrefix("https://")
        else {
            throw Kubeconfig.Refusal(
                description: "the estate does not say the api of \(cluster), or it is not https")
        }
        let path = "\(work)/kubeconfig-\(cluster)"
        let secret = try Kubeconfig.write(
            to: path, server: server, binding: bound, cluster: cluster)
        for credential in secret { redactor.add(Array(credential.utf8), name: "kubeconfig") }
        kubeconfigs[cluster] = path
        return path
    }

    /// The command line of a kubectl call.
    func kubectl(_ cluster: String, _ run: [String], input: [UInt8] = []) throws -> Command {
        let uid = setting.binding.clusters[cluster]?.uid ?? ""
        let own = [
            "--kubeconfig=\(try kubeconfig(cluster))",
            "--cache-dir=\(setting.directory)/cache/\(uid)",
            "--request-timeout=15s",
        ]
        return Command(
            try setting.toolbox.resolve("kubectl"), own + run, environment: environment,
            directory: work, input: input)
    }

    /// The command line of an ssh call; only questions may share a connection.
    func ssh(
        _ node: String, remote: String, input: [UInt8] = [], sharing: Bool = false
    ) throws -> Command {
        guard let host = setting.binding.hosts[node] else {
            throw ToolError(
                name: node, reason: "the binding does not say how to reach it (nodes.\(node))")
        }
        let client = try sshClient
        guard client.prepare(keys: hostKeys) else {
            throw ToolError(
                name: "ssh", reason: "its configuration cannot be written in \(client.directory)")
        }
        return client.command(
            node, host, remote: remote, input: input, sharing: sharing ? hostKeys[node] : nil)
    }

    private var sshClient: SSHClient {
        get throws {
            SSHClient(
                program: try setting.toolbox.resolve("ssh"), directory: setting.directory + "/ssh",
                environment: environment)
        }
    }

    func finish() { if hasShared { try? sshClient.endSharing() } }

    func become(_ node: String) -> [String] { setting.binding.hosts[node]?.become ?? [] }
}

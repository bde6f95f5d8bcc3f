internal import CPosix
public import Estates
internal import Glibc
internal import JSON
internal import Processes
public import RecoveryEngine

/// The hands that touch the world: kubectl, ssh, local programs, persons.
///
/// One task uses them, one after the other.
public final class SystemHands: Hands {
    /// What the hands need to know.
    public struct Setting {
        public var estate: Estate
        public var binding: Binding
        /// Name of a secret parameter to its bytes.
        public var secrets: [String: [UInt8]]
        public var toolbox: Toolbox
        /// Absolute paths of recover-keeper and recover-reach.
        public var keeper: String
        public var reach: String
        /// Private folder of the state: attempts, work, caches, mirrors.
        public var directory: String
        public var person: any Person
        /// Asked now and then: why the run shall stop.
        public var stop: () -> (reason: String, isUrgent: Bool)?
        /// Named places, for tests.
        public var reached: (String) -> Void

        public init(
            estate: Estate, binding: Binding, secrets: [String: [UInt8]], toolbox: Toolbox, keeper: String,
            reach: String, directory: String, person: any Person,
            stop: @escaping () -> (reason: String, isUrgent: Bool)?, reached: @escaping (String) -> Void
        ) {
            self.estate = estate
            self.binding = binding
            self.secrets = secrets
            self.toolbox = toolbox
            self.keeper = keeper
            self.reach = reach
            self.directory = directory
            self.person = person
            self.stop = stop
            self.reached = reached
        }
    }

    let setting: Setting
    let keeper: Keeper
    let boot: String
    private(set) var redactor = Redactor()
    private(set) var hostKeys: [String: String]
    private var kubeconfigs: [String: String] = [:]
    /// Descriptors of locks taken and not yet given back.
    var locks: [String: Int32] = [:]

    /// Makes the private folders.
    public init(_ setting: Setting, boot: String) {
        self.setting = setting
        self.boot = boot
        keeper = Keeper(path: setting.keeper, directory: setting.directory + "/attempts")
        hostKeys = setting.binding.hosts.mapValues(\.hostKey)
        for (name, bytes) in setting.secrets { redactor.add(bytes, name: name) }
        for folder in ["", "/attempts", "/work", "/cache", "/ssh"] { mkdir(setting.directory + folder, 0o700) }
    }

    var environment: [String: String] {
        var environment = setting.toolbox.environment(home: setting.directory + "/work")
        if let agent = getenv("SSH_AUTH_SOCK") { environment["SSH_AUTH_SOCK"] = String(cString: agent) }
        return environment
    }

    var work: String { setting.directory + "/work" }

    public func now() -> Moment {
        Moment(
            monotonic: Int(cposix_boot_nanoseconds()), wall: Int(cposix_wall_nanoseconds()) / 1_000_000, boot: boot)
    }

    public func sleep(_ duration: Duration) {
        // In short pieces, so that a request to stop is heard.
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, setting.stop() == nil {
            usleep(UInt32(max(1, min(50, ContinuousClock.now.duration(to: end).milliseconds)) * 1000))
        }
    }

    public func stopReason() -> String? { setting.stop()?.reason }
    public func reached(_ point: String) { setting.reached(point) }

    public func settle(_ step: Duration?) -> Duration {
        // 75 s: the API server gives a request 60 s, and kubectl itself 15 s.
        let settle = step ?? .seconds(75)
        return setting.binding.lab?.settle.map { min($0, settle) } ?? settle
    }

    public func approve(_ approval: Approval, question: String, target: String) -> Consent {
        setting.person.approve(approval, question: question, target: target)
    }

    public func confirm(attempt: String, question: String, rekey: String?) -> Consent {
        setting.person.confirm(attempt: attempt, question: question, rekey: rekey)
    }

    public func adopt(hostKey: String, node: String) { hostKeys[node] = hostKey }

    /// Path of the kubeconfig for `cluster`, written on first use.
    func kubeconfig(_ cluster: String) throws(Kubeconfig.Refusal) -> String {
        if let path = kubeconfigs[cluster] { return path }
        guard let bound = setting.binding.clusters[cluster] else {
            throw Kubeconfig.Refusal(description: "the binding says nothing of cluster \(cluster)")
        }
        guard let server = setting.estate.cluster(cluster)?["api"]?.string, server.hasPrefix("https://") else {
            throw Kubeconfig.Refusal(description: "the estate does not say the api of \(cluster), or it is not https")
        }
        let path = "\(work)/kubeconfig-\(cluster)"
        try Kubeconfig.write(to: path, server: server, binding: bound, cluster: cluster)
        kubeconfigs[cluster] = path
        return path
    }

    /// The command line of a kubectl call.
    func kubectl(_ cluster: String, _ run: [String], input: [UInt8] = []) throws -> Command {
        let uid = setting.binding.clusters[cluster]?.uid ?? ""
        let own = [
            "--kubeconfig=\(try kubeconfig(cluster))", "--cache-dir=\(setting.directory)/cache/\(uid)",
            "--request-timeout=15s",
        ]
        return Command(
            try setting.toolbox.resolve("kubectl"), own + run, environment: environment, directory: work, input: input)
    }

    /// The command line of an ssh call.
    func ssh(_ node: String, remote: String, input: [UInt8] = []) throws -> Command {
        guard let host = setting.binding.hosts[node] else {
            throw ToolError(name: node, reason: "the binding does not say how to reach it (nodes.\(node))")
        }
        let client = SSHClient(
            program: try setting.toolbox.resolve("ssh"), directory: setting.directory + "/ssh",
            environment: environment)
        guard client.prepare(keys: hostKeys) else {
            throw ToolError(name: "ssh", reason: "its configuration cannot be written in \(client.directory)")
        }
        return client.command(node, host, remote: remote, input: input)
    }

    func become(_ node: String) -> [String] { setting.binding.hosts[node]?.become ?? [] }
}

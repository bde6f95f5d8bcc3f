internal import Glibc
import JSON
internal import Processes
internal import Synchronization

/// `k3s server` on a simulated machine: the world decides what it does, this
/// process says it and runs etcd.
final class K3sServer: Sendable {
    private let settings: K3sSettings
    private let etcd = Mutex<pid_t>(0)

    init(_ settings: K3sSettings) { self.settings = settings }

    /// Where the log of its etcd goes.
    private static let etcdLog = "/run/k3s-etcd.log"
    /// The programs of Debian's etcd packages, as the sandbox shows them.
    private static let etcdProgram = "/run/lab/etcd"

    /// How the conversation ended: with an exit code, or the server is up and
    /// stays so while the connection lives.
    enum End {
        case exited(Int32)
        case up(LineSocket)
    }

    /// Lets the world start the server, or reset its cluster.
    func start() -> End {
        let token: String?
        switch self.token() {
        case .success(let found): token = found
        case .failure(let error): return .exited(K3sLog.fatal("\(error)"))
        }
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return .exited(K3sLog.fatal("the lab's world does not answer"))
        }
        world.send(question(token))
        while let said = world.receive() {
            if let words = said["log"]?.string {
                K3sLog.say(said["level"]?.string ?? "info", words)
            }
            if let arguments = said["etcd"]?.array { startEtcd(arguments.compactMap(\.string)) }
            if said["stop-etcd"]?.bool == true {
                stopEtcd()
                world.send(["stopped": true])
            }
            if let refusal = said["refused"]?.string { return .exited(K3sLog.fatal(refusal)) }
            if let code = said["exit"]?.int { return .exited(Int32(truncatingIfNeeded: code)) }
            if said["accepted"]?.bool == true { return .up(world) }
        }
        return .exited(K3sLog.fatal("the world went away"))
    }

    private func token() -> Result<String?, DiskError> {
        if let token = settings["token"] { return .success(token) }
        guard let file = settings["token-file"] else { return .success(nil) }
        guard let text = Disk.text(file) else {
            return .failure(DiskError(path: file, code: ENOENT))
        }
        return .success(text.split(separator: "\n").first.map(String.init))
    }

    private func question(_ token: String?) -> JSONValue {
        var critical: JSONValue = [:]
        for key in K3sFlags.critical where !settings.list(key).isEmpty {
            critical[key] = .array(settings.list(key).sorted().map(JSONValue.string))
        }
        var question: JSONValue = [
            "call": "server", "critical": critical,
            "names": .array(settings.list("tls-san").map(JSONValue.string)),
            "cluster-init": .bool(settings.isOn("cluster-init")),
            "reset": .bool(settings.isOn("cluster-reset")), "s3": .bool(settings.isOn("etcd-s3")),
        ]
        question["token"] = token.map(JSONValue.string)
        question["invocation"] = Tools.environment("INVOCATION_ID").map(JSONValue.string)
        for key in ["server", "node-name", "node-ip", "cluster-reset-restore-path"] {
            question[key] = settings[key].map(JSONValue.string)
        }
        return question
    }

    // MARK: etcd

    private func startEtcd(_ arguments: [String]) {
        let log = open(Self.etcdLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        do {
            let pid = try Spawn.start(
                Command(Self.etcdProgram, arguments), descriptors: [-1, log, log])
            etcd.withLock { $0 = pid }
            Background.run { [self] in attend(pid) }
        } catch {
            exit(K3sLog.fatal("etcd does not start: \(error)"))
        }
    }

    /// k3s does not outlive its etcd.
    private func attend(_ pid: pid_t) {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        guard etcd.withLock({ $0 == pid }) else { return }
        let log = (Disk.text(Self.etcdLog) ?? "").split(separator: "\n").suffix(40)
        if log.contains(where: { $0.contains("permanently removed from the cluster") }) {
            // So that the next start throws the data away and joins anew.
            try? Disk.write("/var/lib/rancher/k3s/server/db/etcd/tombstone", "")
            exit(K3sLog.fatal("this node has been removed from the cluster; please restart k3s"))
        }
        exit(K3sLog.fatal("etcd exited; see \(Self.etcdLog)"))
    }

    private func stopEtcd() {
        let pid = etcd.withLock { pid in
            defer { pid = 0 }
            return pid
        }
        guard pid > 0 else { return }
        kill(pid, SIGTERM)
        for _ in 0..<500 where kill(pid, 0) == 0 { Background.sleep(20) }
    }
}

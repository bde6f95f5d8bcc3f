internal import Glibc
internal import Processes
internal import Synchronization

/// The real processes behind a machine's static pods: etcd's. The other
/// components of a control plane are the world's.
///
/// They are the container runtime's, not the kubelet's: they go on when it
/// stops, and end with the machine.
final class StaticPods: Sendable {
    private struct State {
        /// What shall run, by name of the pod.
        var wanted: [String: StaticPod] = [:]
        /// Sandboxes that run, by name of the pod; 0 while one is on its way.
        var running: [String: pid_t] = [:]
    }

    private let sandbox: Sandbox
    private let paths: LabPaths
    private let state = Mutex(State())

    init(_ sandbox: Sandbox, _ paths: LabPaths) {
        self.sandbox = sandbox
        self.paths = paths
    }

    private var tree: String { paths.tree(sandbox.host.name) }
    /// What the machine has, today.
    private var addresses: [String] {
        sandbox.host.moved(AddressMove(of: sandbox.host.name, paths)).addresses
    }

    /// Components whose program is a real one.
    private static let real: Set = ["etcd"]

    /// Runs these from now on: what is gone or changed ends, what is new starts.
    func follow(_ pods: [String: StaticPod]) {
        let (ended, started) = state.withLock { state -> ([String: pid_t], [String]) in
            let before = state.wanted
            state.wanted = pods.filter { Self.real.contains($0.key) }
            let ended = state.running.filter { before[$0.key] != state.wanted[$0.key] }
            let started = state.wanted.keys.filter { state.running[$0] == nil }
            for name in started { state.running[name] = 0 }
            return (ended, started)
        }
        for (_, pid) in ended where pid > 0 { end(pid) }
        for name in started { Background.run { [self] in live(name) } }
        // Nobody shall take one that ends for the next.
        for (name, pid) in ended where pid > 0 {
            for _ in 0..<400 where state.withLock({ $0.running[name] == pid }) {
                Background.sleep(20)
            }
        }
    }

    /// Ends all and waits for it.
    func stop() {
        follow([:])
        for _ in 0..<500 where state.withLock({ !$0.running.isEmpty }) { Background.sleep(20) }
    }

    /// In good order, and not for ever.
    private func end(_ pid: pid_t) {
        let inner = ProcessTree.descendants(of: pid)
        for process in inner { kill(process, SIGTERM) }
        Background.run { [self] in
            for _ in 0..<250 where state.withLock({ $0.running.values.contains(pid) }) {
                Background.sleep(20)
            }
            if state.withLock({ $0.running.values.contains(pid) }) { kill(pid, SIGKILL) }
        }
    }

    /// A pod's whole life: its process is started again when it ends or is to be
    /// another, the sooner the less often it did.
    private func live(_ name: String) {
        var last: StaticPod?
        var failures = 0
        while let pod = wanted(name) {
            failures = pod == last ? failures + 1 : 0
            last = pod
            // As the kubelet: at once, then after 10 s, 20 s … 5 min.
            let pause = failures < 2 ? 0 : min(300, 10 << (failures - 2))
            for _ in 0..<(pause * 20) where wanted(name) == pod { Background.sleep(50) }
            if wanted(name) == pod { run(name, pod) }
        }
    }

    /// What shall run under this name; with nil its life is over.
    private func wanted(_ name: String) -> StaticPod? {
        state.withLock { state in
            if state.wanted[name] == nil { state.running[name] = nil }
            return state.wanted[name]
        }
    }

    private func run(_ name: String, _ pod: StaticPod) {
        do {
            let log = try self.log(name)
            defer { close(log) }
            if let foreign = pod.listening.first(where: { !addresses.contains($0.address) }) {
                let words =
                    "C | etcdmain: listen tcp \(foreign.address):\(foreign.port): bind: cannot "
                    + "assign requested address\n"
                _ = write(log, words, words.utf8.count)
                return
            }
            let arguments = try sandbox.container(pod, tree: tree)
            let pid = try Spawn.start(
                Command(sandbox.tools.bwrap, arguments, environment: ["PATH": "/usr/bin:/bin"]),
                descriptors: [-1, log, log])
            let isWanted = state.withLock { state in
                state.running[name] = pid
                return state.wanted[name] == pod
            }
            if !isWanted { kill(pid, SIGKILL) }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            state.withLock { $0.running[name] = 0 }
        } catch {
            Complaint.say("\(sandbox.host.name): static pod \(name): \(error)")
            Background.sleep(1000)
        }
    }

    /// Where the container's words go.
    private func log(_ name: String) throws -> Int32 {
        let folder = "\(tree)/var/log/pods/kube-system_\(name)-\(sandbox.host.name)/\(name)"
        try Disk.makeFolder(folder)
        let log = open("\(folder)/0.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard log >= 0 else { throw DiskError(path: folder, code: errno) }
        return log
    }
}

import Glibc
import LabHosts

/// Every process of the lab's machines, stopped for a moment.
///
/// What they have on their disks meanwhile is what a power failure of all of
/// them at once would leave. An etcd is made for that, and members that stop one
/// after the other are still members that were lost: none has seen what another
/// one did later. So a copy of all disks starts again as one cluster.
struct Standstill {
    private let stopped: [pid_t]

    /// Stops what this process started and what that started, and returns when
    /// none of it moves any more.
    init() throws(LabFailure) {
        var stopped: [pid_t] = []
        while true {
            // What somebody else had stopped stays so behind the end of this.
            let fresh = ProcessTree.descendants(of: getpid()).filter {
                !stopped.contains($0) && !Standstill.isStill($0)
            }
            guard !fresh.isEmpty else { break }
            for pid in fresh { kill(pid, SIGSTOP) }
            stopped += fresh
            for pid in fresh {
                for _ in 0..<1000 where !Standstill.isStill(pid) { usleep(2000) }
                guard Standstill.isStill(pid) else {
                    for pid in stopped { kill(pid, SIGCONT) }
                    throw LabFailure("a process of the lab does not stop")
                }
            }
        }
        self.stopped = stopped
    }

    /// Lets everything go on.
    func end() { for pid in stopped { kill(pid, SIGCONT) } }

    /// Whether no thread of the process runs: it is stopped or over.
    private static func isStill(_ pid: pid_t) -> Bool {
        Disk.names("/proc/\(pid)/task").allSatisfy { thread in
            guard let stat = Disk.text("/proc/\(pid)/task/\(thread)/stat"),
                let end = stat.lastIndex(of: ")"), let state = stat[end...].dropFirst(2).first
            else { return true }
            return "TtZX".contains(state)
        }
    }
}

import Glibc
import LabHosts

/// One process of `recover`, watched and killed.
struct Engine {
    /// How it stands.
    enum Standing: Hashable {
        case running, stopped
        case exited(Int32)
        case signalled(Int32)

        var isEnd: Bool { self != .running && self != .stopped }
    }

    let pid: pid_t

    /// Waits until it stops or ends, or `milliseconds` are over, or `until`
    /// says so.
    func wait(_ milliseconds: Int, until: () -> Bool = { false }) -> Standing {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG | WUNTRACED) == pid { return Engine.standing(status) }
            if until() || .now >= end { return .running }
            Background.sleep(2)
        }
    }

    private static func standing(_ status: Int32) -> Standing {
        if status & 0xFF == 0x7F { return .stopped }
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
    }

    /// The programs it started and that still live.
    var children: [pid_t] { ProcessTree.children(of: pid) }

    /// The child called `name`; a process is known by 15 letters only.
    func child(_ name: String) -> pid_t? {
        children.first { Disk.text("/proc/\($0)/comm")?.trimmedLine == String(name.prefix(15)) }
    }

    /// Lets a stopped one go on.
    func proceed() { kill(pid, SIGCONT) }

    /// SIGKILL, with its own children first if they shall go too.
    func end(childrenToo: Bool = false) {
        // Stopped first, so that it sees nothing of their end.
        kill(pid, SIGSTOP)
        if childrenToo { for child in children { kill(child, SIGKILL) } }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
}

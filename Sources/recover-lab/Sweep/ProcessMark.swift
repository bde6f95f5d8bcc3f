import Glibc
import LabHosts

/// Finds processes by what their environment holds.
enum ProcessMark {
    /// Whether a living process here has a variable that begins with `mark`.
    static func isAnywhere(_ mark: String) -> Bool {
        Disk.names("/proc").contains { name in
            guard let pid = pid_t(name), pid != getpid() else { return false }
            let variables = Disk.text("/proc/\(pid)/environ") ?? ""
            guard variables.split(separator: "\0").contains(where: { $0.hasPrefix(mark) }),
                let stat = Disk.text("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")")
            else { return false }
            return stat[end...].dropFirst(2).first != "Z"
        }
    }
}

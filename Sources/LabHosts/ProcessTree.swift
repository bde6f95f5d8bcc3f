public import Glibc

/// Who started whom, as /proc tells it.
public enum ProcessTree {
    /// Every process that `root` started, directly or not.
    public static func descendants(of root: pid_t) -> [pid_t] {
        let children = childrenByParent()
        var found: [pid_t] = []
        var open = [root]
        while let next = open.popLast() {
            let below = children[next] ?? []
            found += below
            open += below
        }
        return found
    }

    /// The processes whose parent is `parent`.
    public static func children(of parent: pid_t) -> [pid_t] { childrenByParent()[parent] ?? [] }

    private static func childrenByParent() -> [pid_t: [pid_t]] {
        var children: [pid_t: [pid_t]] = [:]
        for name in Disk.names("/proc") {
            guard let pid = pid_t(name), let stat = Disk.text("/proc/\(pid)/stat"),
                let end = stat.lastIndex(of: ")")
            else { continue }
            let fields = stat[end...].split(separator: " ")
            if fields.count > 2, let parent = pid_t(fields[2]) {
                children[parent, default: []].append(pid)
            }
        }
        return children
    }
}

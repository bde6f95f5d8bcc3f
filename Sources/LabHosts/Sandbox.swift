/// How a command gets onto a simulated machine: the arguments of `bwrap`.
///
/// Inside, user id 0 sees the node's own /etc, /var, /root, /home, /run, /tmp
/// and /usr/local, those programs that mean it (`NodePrograms`), a boot id and a host
/// name of its own, and only its own processes. The network is the lab's.
struct Sandbox: Sendable {
    let host: HostDeclaration
    let paths: LabPaths
    let tools: Tools
    /// Variables that differ from the defaults of a login.
    var environment: [String: String] = [:]

    /// Where root's programs are; the shims come first.
    static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    /// This program; what simulates another one is a link to it.
    static let program = "/run/lab/recover-lab"
    /// The way out to the world process.
    static let socket = "/run/lab/world.sock"

    /// Arguments of `bwrap` that run `command` on the node.
    func arguments(_ command: [String]) -> [String] {
        isolation + system + own + door + variables + ["--chdir", "/root", "--"] + command
    }

    var isolation: [String] {
        [
            "--unshare-user", "--uid", "0", "--gid", "0", "--unshare-pid", "--unshare-ipc",
            "--unshare-uts", "--hostname", host.name, "--die-with-parent",
        ]
    }

    var system: [String] {
        var arguments = NodePrograms(paths: paths, tools: tools).arguments
        for name in ["bin", "sbin", "lib", "lib64"] {
            arguments += ["--symlink", "usr/\(name)", "/\(name)"]
        }
        // Before /tmp and the like: a toolchain may lie below a folder of the node's.
        return arguments
    }

    private var own: [String] {
        let tree = paths.tree(host.name)
        var arguments: [String] = []
        for folder in NodeTree.folders {
            arguments += ["--bind", "\(tree)/\(folder)", "/\(folder)"]
        }
        arguments += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
        arguments += ["--bind", "\(tree)/usr-local", "/usr/local"]
        for folder in tools.runtime { arguments += ["--ro-bind", folder, folder] }
        return arguments
    }

    private var door: [String] {
        let door = paths.door(host.name)
        return [
            "--bind", door, "/run/lab", "--ro-bind", tools.lab, Sandbox.program, "--proc", "/proc",
            "--dev", "/dev", "--ro-bind", "\(door)/boot_id", "/proc/sys/kernel/random/boot_id",
        ] + (tools.program("etcd").map { ["--ro-bind", $0, "/run/lab/etcd"] } ?? [])
    }

    var variables: [String] {
        var values = [
            "PATH": Sandbox.path, "HOME": "/root", "USER": "root", "LOGNAME": "root",
            "SHELL": "/bin/sh", "LANG": "C.UTF-8",
        ]
        values.merge(environment) { $1 }
        return ["--clearenv"]
            + values.sorted { $0.key < $1.key }.flatMap { ["--setenv", $0.key, $0.value] }
    }
}

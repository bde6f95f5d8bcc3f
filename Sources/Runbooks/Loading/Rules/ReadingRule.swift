/// What a question may not run: whatever surely changes something.
///
/// kubectl has a list of what it may, because its verbs are known; elsewhere a
/// table of what is known to change things has to do.
enum ReadingRule {
    /// Why `line` is no question, or nil.
    static func objection(to line: CommandLine) -> String? {
        let program = line.program
        if program == "kubectl" { return kubectl(line) }
        if ShellRule.shells.contains(program) { return "\(program) can do anything" }
        if ShellRule.interpreters.contains(program), program.hasSuffix("awk") == false,
            line.arguments.contains(where: { ["-c", "-e", "-E"].contains($0.text) })
        {
            return "\(program) can do anything"
        }
        if changing.contains(program) || program.hasPrefix("mkfs") {
            return "\(program) changes things"
        }
        if let verbs = verbs[program] {
            let operands = line.operands(valued: valued)
            for depth in 1...2 where operands.count >= depth {
                let verb = operands.prefix(depth).joined(separator: " ")
                if verbs.contains(verb) { return "\(program) \(verb) changes things" }
            }
        }
        let marks = options[program] ?? []
        let found = line.arguments.first { word in
            marks.contains {
                word.text == $0 || $0.hasPrefix("--") && word.text.hasPrefix($0 + "=")
            }
        }
        return found.map { "\(program) \($0.text) changes things" }
    }

    private static func kubectl(_ line: CommandLine) -> String? {
        let operands = line.kubectl
        guard let verb = operands.first else { return "kubectl needs its verb first" }
        if verb.contains("{{") { return "which verb kubectl gets is not said" }
        if reading.contains(verb) || waiting.contains(verb) { return nil }
        let both = operands.prefix(2).joined(separator: " ")
        return reading.contains(both) || waiting.contains(both)
            ? nil : "kubectl \(verb) changes things"
    }

    private static let reading: Set = [
        "get", "describe", "logs", "top", "version", "api-resources", "api-versions",
        "cluster-info",
        "explain", "diff", "events", "auth can-i", "auth whoami", "config view",
        "config current-context",
        "config get-contexts", "rollout history", "options", "help",
    ]
    /// They only read, and are refused for another reason.
    private static let waiting: Set = ["wait", "rollout status"]

    private static let changing: Set = [
        "rm", "rmdir", "unlink", "shred", "mv", "cp", "dd", "tee", "touch", "mkdir", "mkfifo",
        "mknod",
        "ln", "chmod", "chown", "chgrp", "install", "truncate", "kill", "killall", "pkill",
        "reboot",
        "shutdown", "poweroff", "halt", "mkswap", "wipefs", "parted", "sgdisk", "umount",
        "useradd", "usermod", "userdel", "groupadd", "passwd", "chpasswd", "rsync", "scp", "sftp",
        "modprobe", "rmmod", "insmod", "setfacl", "chattr", "k3s-killall.sh", "k3s-uninstall.sh",
        "k3s-agent-uninstall.sh", "iptables-restore", "fallocate", "patch", "visudo", "swapoff",
        "swapon",
    ]

    /// Options of any of these programs whose value is the next word.
    private static let valued: Set = [
        "-n", "--namespace", "-C", "-H", "--host", "-M", "--endpoints", "--cacert", "--cert",
        "--key",
        "--kube-context", "-c", "-o", "-p", "-r", "-a", "--address",
    ]

    /// What follows a program: its verb, or two.
    private static let verbs: [String: Set<String>] = [
        "systemctl": [
            "start", "stop", "restart", "try-restart", "reload", "reload-or-restart", "enable",
            "disable",
            "mask", "unmask", "kill", "isolate", "daemon-reload", "daemon-reexec", "reset-failed",
            "reboot",
            "poweroff", "halt", "kexec", "edit", "set-property", "set-default", "revert", "link",
            "preset",
        ],
        "k3s": [
            "server", "agent", "etcd-snapshot save", "etcd-snapshot delete", "etcd-snapshot prune",
            "certificate rotate", "certificate rotate-ca", "secrets-encrypt enable",
            "secrets-encrypt disable", "secrets-encrypt prepare", "secrets-encrypt rotate",
            "secrets-encrypt reencrypt", "secrets-encrypt rotate-keys", "token create",
            "token delete",
            "token rotate",
        ],
        "etcdctl": [
            "put", "del", "txn", "compaction", "defrag", "move-leader", "snapshot save",
            "snapshot restore",
            "member add", "member remove", "member update", "member promote", "alarm disarm",
            "auth enable",
            "auth disable", "lease grant", "lease revoke", "user add", "user delete", "role add",
        ],
        "flux": [
            "suspend", "resume", "reconcile", "create", "delete", "bootstrap", "install",
            "uninstall", "push",
            "tag", "migrate",
        ],
        "argocd": [
            "app sync", "app set", "app unset", "app delete", "app create", "app patch",
            "app rollback",
            "app terminate-op", "app edit", "app add-source", "app remove-source",
            "app patch-resource",
            "app delete-resource", "app actions",
        ],
        "helm": [
            "install", "upgrade", "rollback", "uninstall", "delete", "push", "registry login",
        ],
        "git": [
            "push", "commit", "merge", "rebase", "reset", "checkout", "switch", "clean", "pull",
            "fetch",
            "clone", "init", "add", "rm", "mv", "stash", "restore", "gc",
        ],
        "docker": changingContainers, "podman": changingContainers, "nerdctl": changingContainers,
        "crictl": [
            "rm", "rmi", "rmp", "stop", "stopp", "start", "create", "run", "runp", "exec", "pull",
        ],
        "ip": [
            "link set", "link add", "link delete", "addr add", "addr del", "addr flush",
            "address add",
            "address del", "route add", "route del", "route replace", "route flush",
        ],
        "apt-get": packages, "apt": packages, "dnf": packages, "yum": packages,
        "apk": ["add", "del"],
        "talosctl": [
            "reset", "reboot", "shutdown", "upgrade", "bootstrap", "apply-config", "patch",
        ],
        "kubeadm": ["init", "join", "reset", "upgrade apply", "upgrade node"],
        "qm": [
            "start", "stop", "shutdown", "reset", "destroy", "create", "set", "migrate", "restore",
        ],
        "pct": ["start", "stop", "shutdown", "destroy", "create", "set", "migrate", "restore"],
        "zfs": ["destroy", "create", "rollback", "set", "receive", "rename", "snapshot"],
        "restic": ["backup", "restore", "forget", "prune", "init", "unlock"],
    ]
    private static let changingContainers: Set = [
        "rm", "rmi", "stop", "start", "restart", "kill", "run", "create", "exec", "pull", "push",
        "prune",
    ]
    private static let packages: Set = [
        "install", "remove", "purge", "upgrade", "dist-upgrade", "full-upgrade", "update",
        "autoremove",
        "erase", "reinstall", "downgrade",
    ]

    private static let options: [String: [String]] = [
        "curl": [
            "POST", "PUT", "DELETE", "PATCH", "-XPOST", "-XPUT", "-XDELETE", "-XPATCH",
            "--request=POST",
            "--request=PUT", "--request=DELETE", "--request=PATCH", "-d", "--data", "--data-raw",
            "--data-binary", "--data-urlencode", "--json",
            "-F", "--form", "-T", "--upload-file",
        ],
        "wget": ["--post-data", "--post-file", "--method"],
        "find": ["-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fprintf", "-fls"],
        "sed": ["-i", "--in-place"], "sort": ["-o", "--output"],
        "sysctl": ["-w", "--write", "-p", "--load", "--system"],
        "dpkg": ["-i", "--install", "-r", "--remove", "-P", "--purge", "--configure"],
        "rpm": ["-i", "-U", "-e", "--install", "--upgrade", "--erase"],
        "crontab": ["-r", "-e", "-i"], "timedatectl": ["set-time", "set-timezone", "set-ntp"],
        "hostnamectl": ["set-hostname"], "iptables": firewall, "ip6tables": firewall,
        "nft": ["add", "delete", "flush", "insert", "-f"], "mount": ["-o", "-a", "--bind"],
        "tar": ["-x", "-xf", "-xzf", "--extract", "-c", "-cf", "-czf", "--create"],
    ]
    private static let firewall = ["-A", "-D", "-F", "-I", "-P", "-X", "-N", "-Z"]
}

internal import Glibc

/// The programs of the simulated machines: one folder of links for all.
///
/// Only what is listed here is on a machine. Anything else of the real one's
/// `/usr/bin` would answer about the wrong machine, or do nothing; a program
/// that is not there fails with 127, as the shell's words and the session's say.
public struct NodePrograms: Sendable {
    let paths: LabPaths
    let tools: Tools

    /// Where a sandbox has the real folders the links lead to.
    static let real = "/usr/real"

    /// Programs that are this one, under their own names.
    static let simulated: Set = [
        "systemctl", "systemd-run", "journalctl", "reboot", "poweroff", "ps", "pgrep",
        "timedatectl", "chronyc", "resolvectl", "getent", "ip", "wg", "nc", "etcdctl",
        "mount", "umount", "showmount",
    ]

    /// Programs a machine has because of its distribution; links in its own
    /// `/usr/local/bin`, where an uninstallation removes them.
    static let installed: Set = ["k3s", "kubectl", "crictl", "ctr", "kubelet", "kubeadm"]

    /// Programs recoveries do name, and the lab does not simulate.
    static let refused: Set = [
        "apt-get", "arping", "calicoctl", "dig", "dmesg", "docker", "exportfs",
        "helm", "hostnamectl",
        "ip6tables", "iptables", "iptables-restore", "iptables-save", "loginctl", "lvs",
        "nerdctl", "nft", "nslookup", "ping", "podman", "pvesh", "pvesm", "qm",
        "qmrestore", "skopeo", "ss", "su", "sudo", "sysctl", "systemd-analyze",
        "terraform", "terragrunt", "vault", "vzdump",
    ]

    /// Programs that are the real machine's own: they work on files and
    /// streams, so they mean the simulated machine.
    static let genuine = """
        [ arch awk b2sum base32 base64 basename bash bunzip2 bzip2 cat chgrp chmod chown cksum cmp
        comm cp cpio csplit curl cut dash date dd df diff diff3 dirname du echo egrep env expand expr
        factor false fgrep file find flock fmt fold gawk getopt grep groups gunzip gzip head hostid
        hostname id install join jq kill ln ls mawk md5sum mkdir mkfifo mktemp mv nice nl nohup nproc
        numfmt od openssl paste patch perl pr printenv printf pwd python3 readlink realpath rm rmdir
        rsync sed seq setsid sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort
        split sqlite3 stat stdbuf stty sum sync tac tail tar tee test timeout touch tr true truncate
        tsort tty uname unexpand uniq unlink unxz wc which whoami xargs xz xzcat yes zcat zstd
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    /// Programs of the responder's machine alone.
    static let responders: Set = ["ansible-playbook"]

    /// Whether a program called `name` is this one.
    static func isOurs(_ name: String) -> Bool {
        simulated.contains(name) || installed.contains(name) || refused.contains(name)
            || responders.contains(name)
    }

    /// Writes the folder anew: what the real machine has may have changed.
    func make() throws(DiskError) {
        try Disk.makeFolder(paths.programs)
        for name in Disk.names(paths.programs) { Disk.remove("\(paths.programs)/\(name)") }
        for name in NodePrograms.genuine {
            guard let place = place(name) else { continue }
            try Disk.link("\(paths.programs)/\(name)", to: NodePrograms.real + place)
        }
        // What only the responder has is refused here.
        for name in NodePrograms.simulated.union(NodePrograms.refused)
            .union(NodePrograms.responders)
        {
            try Disk.link("\(paths.programs)/\(name)", to: Sandbox.program)
        }
    }

    /// `/bin/mawk` for `awk`: the program itself, below /usr.
    private func place(_ name: String) -> String? {
        for folder in ["/usr/bin", "/usr/sbin"] {
            guard let file = Disk.resolved("\(folder)/\(name)"), access(file, X_OK) == 0 else {
                continue
            }
            if file.hasPrefix("/usr/bin/") || file.hasPrefix("/usr/sbin/") {
                return String(file.dropFirst(4))
            }
        }
        return nil
    }

    /// Arguments of `bwrap` that put the folder, and what it leads to, in the
    /// place of the real machine's.
    var arguments: [String] {
        var arguments = ["--ro-bind", paths.programs, "/usr/bin", "--symlink", "bin", "/usr/sbin"]
        for folder in ["bin", "sbin"] {
            arguments += ["--ro-bind", "/usr/\(folder)", "\(NodePrograms.real)/\(folder)"]
        }
        for folder in ["lib", "lib32", "lib64", "libexec", "share"] {
            arguments += ["--ro-bind-try", "/usr/\(folder)", "/usr/\(folder)"]
        }
        if let unpacked = tools.programs {
            arguments += ["--ro-bind-try", unpacked, "\(NodePrograms.real)/unpacked"]
        }
        return arguments
    }

    /// The real program `name`, as seen in a sandbox; nil when neither the
    /// machine nor the unpacked packages have it.
    static func genuine(_ name: String) -> String? {
        ["bin", "unpacked"].map { "\(real)/\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

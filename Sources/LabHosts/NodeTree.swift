internal import Digest

/// The file system of a simulated machine.
struct NodeTree: Sendable {
    let host: HostDeclaration
    let paths: LabPaths

    /// Folders of the tree that a sandbox sees under the same name.
    static let folders = ["etc", "var", "root", "home", "opt", "srv", "run", "tmp"]

    private static let runFolders = ["run/lab", "run/lock", "run/systemd/system"]

    /// Where `path` of a machine lies in the tree at `root`.
    static func place(_ path: String, in root: String) -> String {
        let local = "/usr/local"
        return root + (path.hasPrefix(local) ? "/usr-local" + path.dropFirst(local.count) : path)
    }

    /// What differs between a machine of the healthy estate and one that was
    /// just set up in its place.
    enum Age {
        /// Joined, with its token and its units enabled.
        case joined(token: String, password: String)
        /// k3s is installed; it has no token and no unit is enabled.
        case blank
    }

    private var root: String { paths.tree(host.name) }

    /// Writes a whole new tree; there must be none.
    func make(_ age: Age) throws(DiskError) {
        for folder in NodeTree.folders { try Disk.makeFolder("\(root)/\(folder)") }
        for folder in [
            "usr-local/bin", "etc/alternatives", "etc/systemd/system", "var/log", "var/tmp",
            "etc/rancher/k3s", "var/lib/rancher/k3s",
        ] + NodeTree.runFolders {
            try Disk.makeFolder("\(root)/\(folder)")
        }
        try Disk.makeFolder(paths.door(host.name))
        try Disk.write("\(paths.door(host.name))/recover-lab", "", mode: 0o755)
        try Disk.write("\(paths.door(host.name))/k3s-version", host.version + "\n")
        try Disk.write("\(paths.door(host.name))/architecture", host.architecture)
        let own = [host.internalAddress, host.address, host.externalAddress]
        try Disk.write("\(paths.door(host.name))/addresses", own.map { $0 + "\n" }.joined())
        try identify()
        try boot()
        try host.isKubeadm ? KubeletInstallation(host: host).install(root, age) : installK3s(age)
    }

    /// Files that say which machine this is.
    private func identify() throws(DiskError) {
        try Disk.write("\(root)/etc/hostname", "\(host.name)\n")
        try Disk.write(
            "\(root)/etc/machine-id", SHA256.hexadecimal(Random.bytes(16)) + "\n", mode: 0o444)
        try Disk.write("\(root)/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 \(host.name)\n")
        try Disk.write("\(root)/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        try Disk.write("\(root)/etc/group", "root:x:0:\n")
        try Disk.write("\(root)/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
        try Disk.write(
            "\(root)/etc/resolv.conf", "nameserver \(OutsideAddresses.nameServer)\n")
        if let authority = Disk.text("\(paths.outside)/public-ca.crt") {
            try Disk.makeFolder("\(root)/etc/ssl/certs")
            try Disk.write("\(root)/etc/ssl/certs/ca-certificates.crt", authority)
        }
        try Disk.write(
            "\(root)/etc/os-release",
            "PRETTY_NAME=\"simulated machine of recover-lab\"\nNAME=\"recover-lab\"\nID=recover-lab\n"
        )
    }

    /// A start of the machine: nothing of `/run` is left.
    func clearRun() throws(DiskError) {
        Disk.empty("\(root)/run")
        for folder in NodeTree.runFolders { try Disk.makeFolder("\(root)/\(folder)") }
    }

    /// A start of the machine: a new boot id.
    func boot() throws(DiskError) {
        let hex = Array(SHA256.hexadecimal(Random.bytes(16)))
        let parts = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]]
        try Disk.write(
            "\(paths.door(host.name))/boot_id",
            parts.map { String($0) }.joined(separator: "-") + "\n", mode: 0o444)
    }

    /// Where the unit's files stand, and what they say, as `install.sh` leaves them.
    private func installK3s(_ age: Age) throws(DiskError) {
        let isServer = host.role == .server
        let unit = isServer ? "k3s" : "k3s-agent"
        try K3sInstallation(
            unit: unit, arguments: isServer ? ["server"] + host.serverFlags : ["agent"],
            version: host.version
        ).install(root)
        var lines =
            isServer ? [] : ["server: \(host.server)", "token-file: /etc/rancher/k3s/token"]
        if let founding = host.founding {
            lines += [founding, "token-file: /etc/rancher/k3s/token"]
        }
        lines += [
            "node-name: \(host.name)", "node-external-ip: \(host.externalAddress)",
            "node-ip: \(host.internalAddress)",
        ]
        try Disk.write(
            "\(root)/etc/rancher/k3s/config.yaml", lines.joined(separator: "\n") + "\n", mode: 0o600
        )
        guard case .joined(let token, let password) = age else { return }
        try Disk.makeFolder("\(root)/etc/rancher/node")
        try Disk.write("\(root)/etc/rancher/node/password", password, mode: 0o600)
        if isServer {
            try Disk.makeFolder("\(root)/var/lib/rancher/k3s/server")
            try Disk.write("\(root)/var/lib/rancher/k3s/server/token", token + "\n", mode: 0o600)
        }
        if !isServer || host.founding != nil {
            try Disk.write("\(root)/etc/rancher/k3s/token", token + "\n", mode: 0o600)
        }
        let wants = "\(root)/etc/systemd/system/multi-user.target.wants"
        try Disk.makeFolder(wants)
        try Disk.link("\(wants)/\(unit).service", to: "/etc/systemd/system/\(unit).service")
    }
}

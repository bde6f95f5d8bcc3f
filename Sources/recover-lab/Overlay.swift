import LabHosts

/// Files laid over those of the machine, in the lab only: every login name is
/// the lab's one user, and names are looked up in files alone.
struct Overlay {
    let folder: String
    /// Home of the one user.
    let home: String
    /// The operator's own name, so that who did something stays true.
    let user: String

    /// (source, target)
    var files: [(source: String, target: String)] {
        ["passwd", "group", "nsswitch.conf", "hosts", "resolv.conf"].map {
            ("\(folder)/\($0)", "/etc/\($0)")
        } + [("\(folder)/\(Overlay.trusted)", "/etc/ssl/certs/ca-certificates.crt")]
    }

    /// The authorities programs in the lab believe: its own one only.
    static let trusted = "ca-certificates.crt"

    /// Writes them.
    func write() throws(DiskError) {
        try Disk.makeFolder(folder)
        let id = Namespace.innerUser
        var names: [String] = []
        for name in [user, "root", "ubuntu", "opc", "debian", "git"] where !names.contains(name) {
            names.append(name)
        }
        let users = names.map { "\($0):x:\(id):\(id):lab:\(home):/bin/sh\n" }
        try Disk.write("\(folder)/passwd", users.joined())
        try Disk.write("\(folder)/group", "lab:x:\(id):\n")
        try Disk.write(
            "\(folder)/nsswitch.conf",
            "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n")
        try Disk.write("\(folder)/hosts", "127.0.0.1 localhost\n")
        try Disk.write(
            "\(folder)/resolv.conf", "nameserver \(OutsideAddresses.nameServer)\n")
        // Filled when the lab has made its authority; it must keep its identity.
        let trusted = "\(folder)/\(Overlay.trusted)"
        if !Disk.exists(trusted) { try Disk.write(trusted, "") }
    }

    /// Lets every program in the lab believe its authority, and no other.
    static func trust(_ paths: LabPaths) throws(DiskError) {
        guard let authority = Disk.text("\(paths.outside)/public-ca.crt") else { return }
        try Disk.overwrite("\(paths.overlay)/\(trusted)", authority)
    }
}

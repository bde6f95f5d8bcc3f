import LabHosts

/// Files laid over those of the machine, in the lab only: every login name is
/// the lab's one user, and names are looked up in files alone.
struct Overlay {
    let paths: LabPaths
    /// The operator's own name, so that who did something stays true.
    let user: String

    /// (source, target)
    var files: [(source: String, target: String)] {
        ["passwd", "group", "nsswitch.conf", "hosts", "resolv.conf"].map {
            ("\(paths.overlay)/\($0)", "/etc/\($0)")
        }
    }

    /// Writes them.
    func write() throws(DiskError) {
        try Disk.makeFolder(paths.overlay)
        let id = Namespace.innerUser
        var names: [String] = []
        for name in [user, "root", "ubuntu", "opc", "debian"] where !names.contains(name) {
            names.append(name)
        }
        let users = names.map { "\($0):x:\(id):\(id):lab:\(paths.home):/bin/sh\n" }
        try Disk.write("\(paths.overlay)/passwd", users.joined())
        try Disk.write("\(paths.overlay)/group", "lab:x:\(id):\n")
        try Disk.write(
            "\(paths.overlay)/nsswitch.conf",
            "passwd: files\ngroup: files\nshadow: files\nhosts: files\n")
        try Disk.write("\(paths.overlay)/hosts", "127.0.0.1 localhost\n")
        try Disk.write("\(paths.overlay)/resolv.conf", "# The lab has no name server.\n")
    }
}

/// A container of a static pod.
extension Sandbox {
    /// Arguments of `bwrap` that run the real etcd as `pod` wants it: it sees
    /// the folders it mounts and no other of the machine's, so what it writes
    /// elsewhere goes with it.
    func container(_ pod: StaticPod, tree: String) throws -> [String] {
        guard let program = tools.program("etcd") else {
            throw LabFailure("etcd is missing; packaging/setup brings it")
        }
        var arguments = isolation + system
        for folder in tools.runtime { arguments += ["--ro-bind", folder, folder] }
        for (place, folder) in pod.mounts.sorted(by: { $0.key < $1.key }) {
            // `DirectoryOrCreate`, as kubeadm writes it.
            let source = Disk.inside(tree, folder)
            try Disk.makeFolder(source, mode: 0o700)
            arguments += ["--bind", source, place]
        }
        arguments += ["--ro-bind", program, "/run/lab/etcd", "--proc", "/proc", "--dev", "/dev"]
        let words = Self.etcd(Array(pod.command.dropFirst()))
        return arguments + variables + ["--chdir", "/", "--", "/run/lab/etcd"] + words
    }

    /// All machines share one loopback, so nobody listens there, and all call
    /// from the address they call. What is written survives the machine without
    /// being synced: its power goes with its processes only.
    static func etcd(_ arguments: [String]) -> [String] {
        var words: [String] = []
        for word in arguments {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0].hasPrefix("--listen-") else {
                words.append(word)
                continue
            }
            let rest = parts[1].split(separator: ",").filter { !$0.contains("127.0.0.1") }
            if !rest.isEmpty { words.append("\(parts[0])=\(rest.joined(separator: ","))") }
        }
        return words + ["--experimental-peer-skip-client-san-verification", "--unsafe-no-fsync"]
    }
}

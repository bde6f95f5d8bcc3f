internal import Digest
internal import Glibc
import JSON

/// The kubelet of a machine without k3s: it watches the folder of static pods.
enum Kubelet {
    /// Where the manifests stand.
    static let manifests = "/etc/kubernetes/manifests"
    /// What stands for the certificate the kubelet joins with, and its password.
    static let identity = "/var/lib/kubelet/pki/lab-identity"

    /// Runs `kubelet ARGUMENTS` until the world goes away.
    ///
    /// Every change of the folder is told at once, and all of it once a second.
    static func run(_ arguments: [String]) -> Int32 {
        if arguments == ["--version"] {
            let version = Disk.text("/run/lab/k3s-version") ?? "unknown\n"
            Shim.print("Kubernetes \(version)", to: 1)
            return 0
        }
        guard arguments.isEmpty else { return Shim.refuse("kubelet", arguments) }
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return Shim.fail("kubelet: the lab's world does not answer", 125)
        }
        var told: [String: String]?
        var rounds = 0
        while true {
            let found = read(manifests)
            if found != told || rounds % 10 == 0 {
                for name in Set(found.keys).symmetricDifference(Set((told ?? [:]).keys)).sorted() {
                    let what = found[name] == nil ? "gone" : "found"
                    Shim.print("static pod \(what): \(manifests)/\(name)\n", to: 2)
                }
                guard world.send(report(found)) else { return 1 }
                told = found
            }
            rounds += 1
            Background.sleep(100)
        }
    }

    /// Text of the manifests in `folder`, by file name. Like the real kubelet it
    /// takes every file whose name does not begin with a dot.
    static func read(_ folder: String) -> [String: String] {
        var found: [String: String] = [:]
        for name in Disk.names(folder) where !name.hasPrefix(".") {
            found[name] = Disk.text("\(folder)/\(name)")
        }
        return found
    }

    private static func report(_ found: [String: String]) -> JSONValue {
        func line(_ path: String, _ index: Int = 0) -> JSONValue {
            let lines = (Disk.text(path) ?? "").split(separator: "\n")
            return .string(index < lines.count ? String(lines[index]) : "")
        }
        return [
            "call": "kubelet", "manifests": .object(found.mapValues(JSONValue.string)),
            "token": line(identity), "password": line(identity, 1),
            "machine-id": line("/etc/machine-id"),
            "boot-id": line("/proc/sys/kernel/random/boot_id"), "node-name": line("/etc/hostname"),
        ]
    }

    /// One container for each static pod, called like its file.
    static func containers(_ staticPods: [String: String], host: String) -> [PodContainer] {
        staticPods.keys.sorted().map { file in
            let name = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
            return PodContainer(
                id: SHA256.hex("\(host)/\(name)/\(staticPods[file] ?? "")"), name: name,
                pod: "\(name)-\(host)", namespace: "kube-system",
                image: "registry.k8s.io/\(name):lab")
        }
    }
}

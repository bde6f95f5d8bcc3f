internal import Digest
internal import Glibc
import JSON

/// The kubelet of a machine without k3s: it watches the folder of static pods,
/// and joins its cluster with its certificate.
enum Kubelet {
    /// Where the manifests stand.
    static let manifests = "/etc/kubernetes/manifests"

    /// Runs `kubelet ARGUMENTS` until the world goes away.
    static func run(_ arguments: [String]) -> Int32 {
        if arguments == ["--version"] {
            let version = Disk.text("/run/lab/k3s-version") ?? "unknown\n"
            Shim.print("Kubernetes \(version)", to: 1)
            return 0
        }
        guard arguments.isEmpty else { return Shim.refuse("kubelet", arguments) }
        guard Disk.exists(KubeletIdentity.settings) else {
            let file = KubeletIdentity.settings
            return fatal(
                "failed to load kubelet config file, path: \(file), error: failed to load Kubelet "
                    + "config file \(file), error failed to read kubelet config file \"\(file)\", "
                    + "error: open \(file): no such file or directory")
        }
        guard let identity = KubeletIdentity.onDisk(), let end = identity.end, end > seconds else {
            if let end = KubeletIdentity.onDisk()?.end {
                say(
                    "part of the existing bootstrap client certificate in "
                        + "\(KubeletIdentity.kubeconfig) is expired: \(Clock.utc(end))")
            }
            return fatal(
                "failed to run Kubelet: unable to load bootstrap kubeconfig: stat "
                    + "/etc/kubernetes/bootstrap-kubelet.conf: no such file or directory")
        }
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return Shim.fail("kubelet: the lab's world does not answer", 125)
        }
        return watch(world)
    }

    private static var seconds: Int { Clock.now / 1_000_000 }

    /// Tells every change of the folder at once, and all of it once a second.
    private static func watch(_ world: LineSocket) -> Int32 {
        var told: [String: String]?
        var said: String?
        var rounds = 0
        while true {
            let found = read(manifests)
            let identity = KubeletIdentity.onDisk()
            if let end = identity?.end, end <= seconds {
                return expired(isResponsive: said == nil)
            }
            if found != told || rounds % 10 == 0 {
                for name in Set(found.keys).symmetricDifference(Set((told ?? [:]).keys)).sorted() {
                    let what = found[name] == nil ? "gone" : "found"
                    Shim.print("static pod \(what): \(manifests)/\(name)\n", to: 2)
                }
                guard world.send(report(found, identity)), let answer = world.receive() else {
                    return 1
                }
                told = found
                if let pem = answer["certificate"]?.string { renew(pem) }
                let refusal = answer["refused"]?.string
                if let refusal, refusal != said || rounds % 100 == 0 {
                    let url = identity?.server ?? ""
                    let reason =
                        refusal.hasSuffix("connection refused")
                        ? "dial tcp \(url.drop { $0 != "/" }.dropFirst(2)): connect: connection refused"
                        : refusal
                    say(
                        "\"Failed to ensure lease exists, will retry\" err=\"Get "
                            + "\\\"\(url)\\\": \(reason)\"")
                }
                said = refusal
            }
            rounds += 1
            Background.sleep(100)
        }
    }

    /// A kubelet whose certificate ended ends as well.
    private static func expired(isResponsive: Bool) -> Int32 {
        say(
            isResponsive
                ? "\"The currently active client certificate has expired and the server is "
                    + "responsive, exiting.\""
                : "\"The currently active client certificate has expired, but the server is not "
                    + "responsive. A restart may be necessary to retrieve new initial "
                    + "credentials.\"")
        return 1
    }

    private static func renew(_ pem: String) {
        do {
            try KubeletIdentity.keep(pem)
            say(
                "\"Certificate rotation detected, shutting down client connections to start "
                    + "using new credentials\"")
        } catch { say("\"\(error)\"") }
    }

    private static func say(_ text: String) {
        Shim.print("E\(Clock.klog(Clock.now)) \(getpid()) kubelet.go:1] \(text)\n", to: 2)
    }

    private static func fatal(_ reason: String) -> Int32 {
        let escaped = reason.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"")
        say("\"command failed\" err=\"\(escaped)\"")
        return 1
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

    private static func report(_ found: [String: String], _ identity: KubeletIdentity?) -> JSONValue
    {
        func line(_ path: String) -> JSONValue {
            .string((Disk.text(path) ?? "").split(separator: "\n").first.map(String.init) ?? "")
        }
        let isNew = !Disk.exists(KubeletIdentity.current)
        return [
            "call": "kubelet", "manifests": .object(found.mapValues(JSONValue.string)),
            "server": .string(identity?.server ?? ""), "token": .string(identity?.pem ?? ""),
            "rotate": .bool(isNew || identity?.isOld(now: seconds) == true),
            "machine-id": line("/etc/machine-id"),
            "boot-id": line("/proc/sys/kernel/random/boot_id"), "node-name": line("/etc/hostname"),
        ]
    }

    /// One container for each static pod.
    static func containers(_ staticPods: [String: String], host: String) -> [PodContainer] {
        StaticPod.all(staticPods).values.sorted { $0.name < $1.name }.map { pod in
            PodContainer(
                id: SHA256.hex(
                    "\(host)/\(pod.name)/\(pod.command.joined(separator: " "))/\(pod.image)"),
                name: pod.name,
                pod: "\(pod.name)-\(host)", namespace: "kube-system", image: pod.image)
        }
    }
}

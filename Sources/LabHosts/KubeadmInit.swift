internal import Glibc
import JSON

/// `kubeadm init` on a simulated machine: its phases, one after the other, as
/// each can be called alone. What a phase does is the world's.
struct KubeadmInit {
    private let flags: [String]
    private let skipped: Set<String>
    private let phase: [String]?

    private static let phases = [
        "preflight", "certs all", "kubeconfig all", "etcd local", "control-plane all",
        "kubelet-start", "wait-control-plane", "upload-config all", "mark-control-plane",
        "bootstrap-token", "addon all", "show-join-command",
    ]

    /// Behind `init`; nil for what is not simulated.
    init?(_ arguments: [String]) {
        let words = arguments.prefix { !$0.hasPrefix("-") }
        guard words.isEmpty || words.first == "phase" else { return nil }
        phase = words.isEmpty ? nil : Array(words.dropFirst())
        var flags: [String] = []
        var skipped: Set<String> = []
        for flag in arguments.dropFirst(words.count) {
            let parts = flag.split(separator: "=", maxSplits: 1).map(String.init)
            // Every flag is written with its value, so that none is taken for a phase.
            guard flag.hasPrefix("--"), parts.count == 2 else { return nil }
            if parts[0] == "--skip-phases" {
                skipped.formUnion(parts[1].split(separator: ",").map(String.init))
            } else {
                flags.append(flag)
            }
        }
        self.flags = flags
        self.skipped = skipped
    }

    func run() -> Int32 {
        if let phase { return run(phase.joined(separator: " ")) }
        for phase in Self.phases {
            let name = phase.split(separator: " ").first.map(String.init) ?? phase
            if skipped.contains(name) || skipped.contains(phase) { continue }
            let code = run(phase)
            guard code == 0 else { return code }
        }
        return 0
    }

    private func run(_ phase: String) -> Int32 {
        let arguments = ["init", "phase"] + phase.split(separator: " ").map(String.init) + flags
        // kubeadm waits for four minutes.
        for _ in 0..<2400 {
            let answer = Shim.question("kubeadm", arguments)
            if answer?["waits"]?.bool == true {
                Background.sleep(100)
                continue
            }
            let code = KubeadmProgram.show(answer, arguments)
            guard code == 0, let given = answer?["membership"] else { return code }
            return KubeadmProgram.join(given)
        }
        return Shim.fail(
            "error execution phase wait-control-plane: failed while waiting for the control plane to "
                + "start: kube-apiserver check failed at https://127.0.0.1:6443/livez: context "
                + "deadline exceeded", 1)
    }
}

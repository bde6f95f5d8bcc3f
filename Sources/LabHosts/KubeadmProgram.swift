internal import Glibc
import JSON

/// `kubeadm` on a simulated machine: what it does to files here, and what the
/// world answers for the cluster.
enum KubeadmProgram {
    /// Runs `kubeadm ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        let version = (Disk.text("/run/lab/k3s-version") ?? "unknown").split(separator: "\n").first
        switch (arguments.first, arguments.dropFirst()) {
        case ("version", ["-o", "short"]): return print("\(version ?? "unknown")\n")
        case ("token", ["generate"]): return ask(arguments)
        case ("reset", let flags):
            guard flags.allSatisfy({ $0 == "-f" || $0 == "--force" }) else { break }
            return KubeadmReset(isForced: !flags.isEmpty).run()
        case ("join", let rest):
            guard !rest.contains(where: isForControlPlane) else { break }
            return join(arguments)
        case ("init", let rest):
            guard let call = KubeadmInit(Array(rest)) else { break }
            return call.run()
        case ("certs", _), ("token", _), ("kubeconfig", _): return ask(arguments)
        default: break
        }
        return Shim.refuse("kubeadm", arguments)
    }

    private static func print(_ text: String) -> Int32 {
        Shim.print(text, to: 1)
        return 0
    }

    /// What kubeadm adds to an error.
    static let trace = "To see the stack trace of this error execute with --v=5 or higher\n"

    private static func question(_ arguments: [String]) -> JSONValue? {
        Shim.question("kubeadm", arguments)
    }

    private static func ask(_ arguments: [String]) -> Int32 { show(question(arguments), arguments) }

    /// Prints the world's answer.
    static func show(_ answer: JSONValue?, _ arguments: [String]) -> Int32 {
        guard let answer, let code = answer["exit"]?.int else {
            return Shim.fail("kubeadm: the lab's world does not answer", 125)
        }
        if code == 127 { return Shim.refuse("kubeadm", arguments) }
        Shim.print(answer["output"]?.string ?? "", to: 1)
        Shim.print(answer["error"]?.string ?? "", to: 2)
        return Int32(truncatingIfNeeded: code)
    }

    // MARK: join

    /// Whether the flag belongs to a join that makes one more control plane, or
    /// is a file that may say so.
    private static func isForControlPlane(_ flag: String) -> Bool {
        ["--control-plane", "--certificate-key", "--config"].contains {
            flag == $0 || flag.hasPrefix($0 + "=")
        }
    }

    private static func join(_ arguments: [String]) -> Int32 {
        Shim.print("[preflight] Running pre-flight checks\n", to: 1)
        let present = [KubeletIdentity.kubeconfig, "/etc/kubernetes/pki/ca.crt"].filter(Disk.exists)
        guard present.isEmpty else {
            let errors = present.map { file in
                let name = file.split(separator: "/").joined(separator: "-")
                return "\t[ERROR FileAvailable--\(name)]: \(file) already exists\n"
            }
            Shim.print(
                "error execution phase preflight: [preflight] Some fatal errors occurred:\n"
                    + errors.joined()
                    + "[preflight] If you know what you are doing, you can make a check non-fatal "
                    + "with `--ignore-preflight-errors=...`\n" + trace, to: 2)
            return 1
        }
        let answer = question(arguments)
        guard let given = answer?["membership"], answer?["exit"]?.int == 0 else {
            return show(answer, arguments)
        }
        let code = join(given)
        return code == 0 ? show(answer, arguments) : code
    }

    /// Makes the machine what the world says, and starts its kubelet.
    static func join(_ given: JSONValue) -> Int32 {
        func text(_ key: String) -> String { given[key]?.string ?? "" }
        do {
            try KubeletMembership(
                server: text("server"), authority: text("authority"), node: text("node"),
                pem: text("pem")
            ).write()
        } catch {
            return Shim.fail("error execution phase kubelet-start: \(error)", 1)
        }
        _ = Shim.question("systemctl", ["restart", "kubelet"])
        return 0
    }
}

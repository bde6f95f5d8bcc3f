internal import Glibc

/// `k3s kubectl`: the real kubectl with the server's own kubeconfig.
enum KubectlProgram {
    /// What a k3s server writes for the administrator on it.
    static let kubeconfig = "/etc/rancher/k3s/k3s.yaml"

    /// Runs `kubectl ARGUMENTS`.
    ///
    /// All machines of the lab share one loopback address, so `127.0.0.1` would
    /// be anybody's: kubectl gets a copy of the file in which this machine's own
    /// address stands there.
    static func run(_ arguments: [String]) -> Int32 {
        // Without k3s it is kubectl's own: `~/.kube/config`.
        if Disk.exists("/usr/local/bin/k3s"), Tools.environment("KUBECONFIG") == nil,
            !arguments.contains("--kubeconfig"),
            !arguments.contains(where: { $0.hasPrefix("--kubeconfig=") })
        {
            let text = Disk.text(kubeconfig)
            guard let text else {
                return Shim.fail(
                    "error: error loading config file \"\(kubeconfig)\": open \(kubeconfig): "
                        + "no such file or directory", 1)
            }
            let copy = "/run/lab-kubeconfig"
            do {
                try Disk.write(
                    copy,
                    text.replacing("https://127.0.0.1:", with: "https://\(ownAddress(6443)):"),
                    mode: 0o600)
            } catch {
                return Shim.fail("\(error)", 1)
            }
            setenv("KUBECONFIG", copy, 1)
        }
        return GenuineProgram.become("kubectl", package: "kubernetes-client", arguments)
    }

    /// The first of this machine's own addresses, or of `others`, that listens on
    /// `port`; the first one where none does, so that it is refused there.
    static func ownAddress(_ port: UInt16, or others: [String] = []) -> String {
        let own = (Disk.text("/run/lab/addresses") ?? "").split(separator: "\n").map(String.init)
        return (own + others).first { Connection.isOpen($0, port) } ?? own.first ?? "127.0.0.1"
    }
}

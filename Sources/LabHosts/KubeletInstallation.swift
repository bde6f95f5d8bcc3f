/// The files of a node that was set up in the manner of kubeadm.
struct KubeletInstallation {
    let host: HostDeclaration

    /// Installs into the tree at `root`.
    func install(_ root: String, _ age: NodeTree.Age) throws(DiskError) {
        for program in ["kubelet", "crictl"] {
            try Disk.link("\(root)/usr-local/bin/\(program)", to: Sandbox.program)
        }
        try Disk.write("\(root)/etc/systemd/system/kubelet.service", unit)
        try Disk.makeFolder(root + Kubelet.manifests)
        try Disk.makeFolder("\(root)/var/lib/kubelet/pki", mode: 0o700)
        guard case .joined(let token, let password) = age else { return }
        try Disk.write(root + Kubelet.identity, "\(token)\n\(password)\n", mode: 0o600)
        _ = try UnitFolder(tree: root).setEnabled("kubelet.service", true)
        guard host.role == .server else { return }
        for (name, command) in components {
            try Disk.write(
                "\(root)\(Kubelet.manifests)/\(name).yaml", manifest(name, command), mode: 0o600)
        }
    }

    private var unit: String {
        """
        [Unit]
        Description=kubelet: The Kubernetes Node Agent
        [Service]
        ExecStart=/usr/local/bin/kubelet
        Restart=always
        RestartSec=10
        [Install]
        WantedBy=multi-user.target

        """
    }

    /// The control plane: what kubeadm writes, as far as a restore looks at it.
    private var components: [(String, [String])] {
        let address = host.internalAddress
        let peer = "https://\(address):2380"
        let client = "https://\(address):2379"
        return [
            (
                "etcd",
                [
                    "--name=\(host.name)", "--data-dir=/var/lib/etcd",
                    "--initial-cluster=\(host.name)=\(peer)",
                    "--initial-advertise-peer-urls=\(peer)",
                    "--listen-peer-urls=\(peer)", "--advertise-client-urls=\(client)",
                    "--listen-client-urls=https://127.0.0.1:2379,\(client)",
                ]
            ),
            (
                "kube-apiserver",
                ["--advertise-address=\(address)", "--etcd-servers=https://127.0.0.1:2379"]
            ),
            ("kube-controller-manager", ["--leader-elect=true"]),
            ("kube-scheduler", ["--leader-elect=true"]),
        ]
    }

    private func manifest(_ name: String, _ command: [String]) -> String {
        let lines = ([name] + command).map { "    - \($0)\n" }.joined()
        return """
            apiVersion: v1
            kind: Pod
            metadata:
              name: \(name)
              namespace: kube-system
              labels: { component: \(name), tier: control-plane }
            spec:
              hostNetwork: true
              priorityClassName: system-node-critical
              containers:
              - name: \(name)
                image: registry.k8s.io/\(name):lab
                command:
            \(lines)
            """
    }
}

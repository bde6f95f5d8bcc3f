/// The files of a node that was set up in the manner of kubeadm.
public struct KubeletInstallation {
    let host: HostDeclaration

    public init(host: HostDeclaration) { self.host = host }

    /// Writes the manifests of the components whose name `isWanted`, as `kubeadm`
    /// does; the control plane's folder is made.
    public func writeManifests(
        below root: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws(DiskError) {
        try Disk.makeFolder(root + Kubelet.manifests)
        for (name, command, folders) in components where isWanted(name) {
            try Disk.write(
                "\(root)\(Kubelet.manifests)/\(name).yaml", manifest(name, command, folders),
                mode: 0o600)
        }
    }

    /// Installs into the tree at `root`.
    func install(_ root: String, _ age: NodeTree.Age) throws(DiskError) {
        for program in ["kubelet", "kubeadm", "kubectl", "crictl"] {
            try Disk.link("\(root)/usr-local/bin/\(program)", to: Sandbox.program)
        }
        try Disk.write("\(root)/etc/systemd/system/kubelet.service", unit)
        try Disk.makeFolder(root + Kubelet.manifests)
        try Disk.makeFolder("\(root)/var/lib/kubelet/pki", mode: 0o700)
        // Its certificate is the cluster's to give.
        guard case .joined = age else { return }
        _ = try UnitFolder(tree: root).setEnabled("kubelet.service", true)
        guard host.role == .server else { return }
        try writeManifests(below: root)
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
    private var components: [(String, [String], [String: String])] {
        let address = host.internalAddress
        let peer = "https://\(address):2380"
        let client = "https://\(address):2379"
        let pki = "/etc/kubernetes/pki"
        let etcd = [
            "--advertise-client-urls=\(client)", "--cert-file=\(pki)/etcd/server.crt",
            "--client-cert-auth=true", "--data-dir=/var/lib/etcd",
            "--initial-advertise-peer-urls=\(peer)", "--initial-cluster=\(host.name)=\(peer)",
            "--key-file=\(pki)/etcd/server.key",
            "--listen-client-urls=https://127.0.0.1:2379,\(client)",
            "--listen-metrics-urls=http://127.0.0.1:2381", "--listen-peer-urls=\(peer)",
            "--name=\(host.name)", "--peer-cert-file=\(pki)/etcd/peer.crt",
            "--peer-client-cert-auth=true", "--peer-key-file=\(pki)/etcd/peer.key",
            "--peer-trusted-ca-file=\(pki)/etcd/ca.crt", "--snapshot-count=10000",
            "--trusted-ca-file=\(pki)/etcd/ca.crt",
        ]
        let server = [
            "--advertise-address=\(address)", "--client-ca-file=\(pki)/ca.crt",
            "--etcd-cafile=\(pki)/etcd/ca.crt", "--etcd-certfile=\(pki)/apiserver-etcd-client.crt",
            "--etcd-keyfile=\(pki)/apiserver-etcd-client.key",
            "--etcd-servers=https://127.0.0.1:2379", "--secure-port=6443",
            "--service-account-key-file=\(pki)/sa.pub",
            "--service-account-signing-key-file=\(pki)/sa.key",
            "--tls-cert-file=\(pki)/apiserver.crt", "--tls-private-key-file=\(pki)/apiserver.key",
        ]
        let own = ["etcd-certs": "\(pki)/etcd", "etcd-data": "/var/lib/etcd"]
        return [
            ("etcd", etcd, own), ("kube-apiserver", server, ["k8s-certs": pki]),
            ("kube-controller-manager", controllers, ["k8s-certs": pki]),
            (
                "kube-scheduler",
                ["--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=true"], [:]
            ),
        ]
    }

    private var controllers: [String] {
        [
            "--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt",
            "--cluster-signing-key-file=/etc/kubernetes/pki/ca.key",
            "--kubeconfig=/etc/kubernetes/controller-manager.conf", "--leader-elect=true",
        ]
    }

    /// Of the etcd that runs, and of the machine's Kubernetes.
    private func image(_ name: String) -> String {
        "registry.k8s.io/\(name):\(name == "etcd" ? "3.4.23-0" : host.version)"
    }

    private func manifest(
        _ name: String, _ command: [String], _ folders: [String: String]
    ) -> String {
        let lines = ([name] + command).map { "    - \($0)\n" }.joined()
        let mounts = folders.sorted { $0.key > $1.key }.map { volume, path in
            "    - mountPath: \(path)\n      name: \(volume)\n"
        }.joined()
        let volumes = folders.sorted { $0.key < $1.key }.map { volume, path in
            "  - hostPath:\n      path: \(path)\n      type: DirectoryOrCreate\n    name: \(volume)\n"
        }.joined()
        return """
            apiVersion: v1
            kind: Pod
            metadata:
              labels:
                component: \(name)
                tier: control-plane
              name: \(name)
              namespace: kube-system
            spec:
              containers:
              - command:
            \(lines)    image: \(image(name))
                imagePullPolicy: IfNotPresent
                name: \(name)
            \(folders.isEmpty ? "" : "    volumeMounts:\n\(mounts)")  hostNetwork: true
              priority: 2000001000
              priorityClassName: system-node-critical
            \(folders.isEmpty ? "" : "  volumes:\n\(volumes)")status: {}

            """
    }
}

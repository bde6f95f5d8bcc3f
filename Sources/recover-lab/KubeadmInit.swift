import JSON
import LabCluster
import LabHosts
import YAML

/// The phases of `kubeadm init` on the machine of a cluster's control plane.
struct KubeadmInit {
    let clusters: Clusters
    let host: HostDeclaration

    private var kubeadm: Kubeadm { Kubeadm(clusters.controlPlane(host)) }
    private var root: String { clusters.paths.tree(host.name) }

    /// The answer to `kubeadm init phase WORDS…`; nil for what the lab does not
    /// simulate.
    func answer(_ words: [String], _ options: [String: String]) throws -> JSONValue? {
        guard try suits(options) else { return nil }
        guard clusters.founder(host.cluster)?.name == host.name else {
            throw LabFailure(
                "the lab has control planes of one machine, and that of \(host.cluster) is not "
                    + "\(host.name)")
        }
        let part = words.count > 1 ? words[1] : ""
        switch (words.first ?? "", words.count) {
        case ("preflight", 1): return try preflight(options["ignore-preflight-errors"] ?? "")
        case ("certs", 2): return try kubeadm.make(part, kubeconfigs: false).map(said)
        case ("kubeconfig", 2): return try kubeadm.make(part, kubeconfigs: true).map(said)
        case ("etcd", 2) where part == "local": return try manifests("etcd") { $0 == "etcd" }
        case ("control-plane", 2):
            let name = "kube-\(part)"
            guard part == "all" || ["apiserver", "controller-manager", "scheduler"].contains(part)
            else { return nil }
            return try manifests("control-plane") {
                $0 != "etcd" && (part == "all" || $0 == name)
            }
        case ("kubelet-start", 1): return try membership()
        case ("wait-control-plane", 1): return isUp ? said("") : ["waits": true]
        case ("upload-config", 2) where part == "all" || part == "kubeadm": return try upload()
        case ("mark-control-plane", 1): return try mark()
        case ("bootstrap-token", 1): return try token()
        case ("addon", 2) where part == "all":
            return [
                "exit": 0, "output": "",
                "error": .string(
                    "W: the lab does not simulate the add-ons: this cluster has no CoreDNS and no "
                        + "kube-proxy of kubeadm's\n"),
            ]
        case ("show-join-command", 1): return said(try farewell())
        default: return nil
        }
    }

    private func said(_ text: String) -> JSONValue {
        ["exit": 0, "output": .string(text), "error": ""]
    }

    /// Whether the flags say what the estate is.
    private func suits(_ options: [String: String]) throws -> Bool {
        let endpoint = clusters.controlPlane(host).endpoint
        func fact(_ key: String) -> String? {
            clusters.description.cluster(host.cluster, key)?.string
        }
        let known: [String: Set<String?>] = [
            "control-plane-endpoint": [endpoint, String(endpoint.prefix { $0 != ":" })],
            "apiserver-advertise-address": [host.internalAddress],
            "pod-network-cidr": [fact("pod-cidr")], "service-cidr": [fact("service-cidr")],
            "kubernetes-version": [fact("version")], "node-name": [host.name],
        ]
        return options.allSatisfy { name, value in
            name == "ignore-preflight-errors" || known[name]?.contains(value) == true
        }
    }

    private var isUp: Bool {
        clusters.running(host.cluster)?.listening.isEmpty == false
            && clusters.running(host.cluster)?.hears(host.name) == true
    }

    // MARK: phases

    private func preflight(_ ignored: String) throws -> JSONValue {
        let ignored = Set(ignored.lowercased().split(separator: ",").map(String.init))
        var errors: [(name: String, text: String)] = []
        for name in ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"] {
            let file = "/etc/kubernetes/manifests/\(name).yaml"
            guard Disk.exists(root + file) else { continue }
            let word = file.split(separator: "/").joined(separator: "-")
            errors.append(("FileAvailable--\(word)", "\(file) already exists"))
        }
        if clusters.running(host.cluster)?.listening.isEmpty == false {
            errors.append(("Port-6443", "Port 6443 is in use"))
        }
        if !Disk.names("\(root)/var/lib/etcd").isEmpty {
            errors.append(("DirAvailable--var-lib-etcd", "/var/lib/etcd is not empty"))
        }
        let fatal = errors.filter {
            !ignored.contains("all") && !ignored.contains($0.name.lowercased())
        }
        let warned = errors.filter { error in !fatal.contains { $0.name == error.name } }
        let lines = warned.map { "\t[WARNING \($0.name)]: \($0.text)\n" }.joined()
        let begin =
            "[init] Using Kubernetes version: \(host.version)\n[preflight] Running pre-flight checks\n"
        guard !fatal.isEmpty else {
            return ["exit": 0, "output": .string(begin), "error": .string(lines)]
        }
        return [
            "exit": 1, "output": .string(begin),
            "error": .string(
                lines + "error execution phase preflight: [preflight] Some fatal errors occurred:\n"
                    + fatal.map { "\t[ERROR \($0.name)]: \($0.text)\n" }.joined()
                    + "[preflight] If you know what you are doing, you can make a check non-fatal "
                    + "with `--ignore-preflight-errors=...`\n"),
        ]
    }

    private func manifests(_ phase: String, where isWanted: (String) -> Bool) throws -> JSONValue {
        try KubeletInstallation(host: host).writeManifests(below: root, where: isWanted)
        if phase == "etcd" { try Disk.makeFolder("\(root)/var/lib/etcd", mode: 0o700) }
        return said(
            "[\(phase)] Using manifest folder \"/etc/kubernetes/manifests\"\n")
    }

    private func membership() throws -> JSONValue {
        let plane = clusters.controlPlane(host)
        var answer = said(
            "[kubelet-start] Writing kubelet configuration to file \"/var/lib/kubelet/config.yaml\"\n"
                + "[kubelet-start] Starting the kubelet\n")
        answer["membership"] = [
            "server": .string("https://\(plane.endpoint)"), "node": .string(host.name),
            "authority": .string(String(decoding: try kubeadm.authority, as: UTF8.self)),
            "pem": .string(try KubeletCertificate(node: host.name).signed(by: plane)),
        ]
        return answer
    }

    private func cluster() throws -> Cluster {
        guard try kubeadm.isAdministered, let cluster = clusters.running(host.cluster) else {
            throw LabFailure(
                "dial tcp \(clusters.controlPlane(host).endpoint): connect: connection refused")
        }
        return cluster
    }

    private func upload() throws -> JSONValue {
        func fact(_ key: String) -> JSONValue {
            clusters.description.cluster(host.cluster, key) ?? "unknown"
        }
        let configuration: JSONValue = [
            "apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration",
            "certificatesDir": "/etc/kubernetes/pki", "clusterName": "kubernetes",
            "controlPlaneEndpoint": .string(clusters.controlPlane(host).endpoint),
            "etcd": ["local": ["dataDir": "/var/lib/etcd"]], "kubernetesVersion": fact("version"),
            "networking": [
                "dnsDomain": "cluster.local", "podSubnet": fact("pod-cidr"),
                "serviceSubnet": fact("service-cidr"),
            ],
        ]
        try cluster().put([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "kubeadm-config", "namespace": "kube-system"],
            // YAML takes JSON.
            "data": ["ClusterConfiguration": .string(configuration.text)],
        ])
        return said(
            "[upload-config] Storing the configuration used in ConfigMap \"kubeadm-config\" in the "
                + "\"kube-system\" Namespace\n")
    }

    private func mark() throws -> JSONValue {
        let cluster = try cluster()
        guard var node = cluster.object(.nodes, namespace: nil, name: host.name) else {
            throw LabFailure(
                "error execution phase mark-control-plane: nodes \"\(host.name)\" not found")
        }
        let role = "node-role.kubernetes.io/control-plane"
        var labels = node.at("metadata", "labels") ?? [:]
        labels[role] = ""
        labels["node.kubernetes.io/exclude-from-external-load-balancers"] = ""
        node["metadata"]?["labels"] = labels
        let others = (node.at("spec", "taints")?.array ?? []).filter { $0["key"]?.string != role }
        let taint: JSONValue = ["key": .string(role), "effect": "NoSchedule"]
        node["spec"]?["taints"] = .array(others + [taint])
        try cluster.put(node)
        return said(
            "[mark-control-plane] Marking the node \(host.name) as control-plane by adding the labels: "
                + "[\(role) node.kubernetes.io/exclude-from-external-load-balancers]\n"
                + "[mark-control-plane] Marking the node \(host.name) as control-plane by adding the "
                + "taints [\(role):NoSchedule]\n")
    }

    private func token() throws -> JSONValue {
        let token = BootstrapToken(
            BootstrapToken.text(), lasts: 86400, groups: BootstrapToken.kubeadmGroups,
            note: "The default bootstrap token generated by 'kubeadm init'.")
        guard let token else { return said("") }
        try cluster().keep(token)
        return said("[bootstrap-token] Using token: \(token.text)\n")
    }

    private func farewell() throws -> String {
        """

        Your Kubernetes control-plane has initialized successfully!

        To start using your cluster, you need to run the following as a regular user:

          mkdir -p $HOME/.kube
          sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
          sudo chown $(id -u):$(id -g) $HOME/.kube/config

        You should now deploy a pod network to the cluster.
        Workers join with what `kubeadm token create --print-join-command` prints.

        """
    }
}

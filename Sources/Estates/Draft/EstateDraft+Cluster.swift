internal import JSON

/// What the cluster itself shows.
extension EstateDraft {
    var clusterFacts: [String] {
        [
            "purpose: unknown  # a person: what it is for",
            "environment: unknown  # a person: production, test, …",
            "owner: unknown  # a person: who answers for it",
            line("distribution", distribution, ask: "whoever installed it"),
            line("version", version, ask: "whoever installed it"),
            line("datastore", datastore, ask: "a server's disk or flags"),
            line("api", api, ask: "a kubeconfig"), line("cni", cni, ask: "whoever installed it"),
            line("pod-cidr", range("cluster-cidr", "podSubnet", "10.42.0.0/16"), ask: flagsPlace),
            line(
                "service-cidr", range("service-cidr", "serviceSubnet", "10.43.0.0/16"),
                ask: flagsPlace),
            "node-networks: unknown  # a person: name and range of each",
            line("storage", storage, ask: "a person: what keeps the volumes"),
            "storage-classes: \(storageClasses)", "ingress: \(ingress)", "secrets: \(secrets)",
            "registry: unknown  # a person: a mirror or registry it cannot do without",
            "dns: unknown  # a person: who answers for its public names",
            "needs: unknown  # a person: what it cannot start without",
        ]
    }

    // MARK: how it was installed

    private var version: String? {
        seen["server"]?.items?["version"]?.string.flatMap { $0 == "unknown" ? nil : $0 }
    }

    private var kubeadm: JSONValue? { items("kubeadm").first?.is }

    var distribution: String? {
        guard kubeadm == nil else { return "kubeadm" }
        return version.flatMap { $0.contains("+k3s") ? "k3s" : nil }
    }

    private var flagsPlace: String {
        switch distribution {
        case "k3s": "a server: /etc/rancher/k3s/config.yaml and systemctl cat k3s"
        case "kubeadm": "a server: /etc/kubernetes/manifests"
        default: "the server's flags"
        }
    }

    /// Of a node, as its k3s tells.
    func flags(_ node: String) -> ServerFlags? {
        ServerFlags(seen["node-args"]?.items?[node])
    }

    private var servers: [String] {
        items("nodes").filter { Self.isServer($0.is["labels"]?.object ?? [:]) }.map(\.name)
    }

    /// The flags of all servers; nil unless each of them tells.
    private var serverFlags: [ServerFlags]? {
        let told = servers.compactMap(flags)
        return !told.isEmpty && told.count == servers.count ? told : nil
    }

    /// k3s says etcd by a label of the servers. Servers that tell their flags and
    /// have neither the label nor an endpoint keep SQLite.
    var datastore: String? {
        if kubeadm != nil {
            return kubeadm?.at("etcd", "external") == nil ? "etcd" : nil
        }
        let isEtcd = items("nodes").contains {
            $0.is["labels"]?["node-role.kubernetes.io/etcd"] != nil
        }
        if isEtcd { return "etcd" }
        guard distribution == "k3s", let serverFlags,
            serverFlags.allSatisfy({ $0["datastore-endpoint"] == nil })
        else { return nil }
        return "sqlite"
    }

    /// What all servers say; where they say nothing, k3s's own.
    private func range(_ flag: String, _ subnet: String, _ usual: String) -> String? {
        let found =
            kubeadm?.at("networking", subnet)?.string.map { [$0] }
            ?? serverFlags.map { all in Array(Set(all.map { $0[flag] ?? usual })) } ?? []
        return found.count == 1 && AddressRange(found[0]) != nil ? found[0] : nil
    }

    // MARK: told by what runs

    /// The first of `names` a workload is called, and the namespace it is in.
    func workload(_ names: [String]) -> (name: String, namespace: String)? {
        for item in items("workloads") {
            // `KIND NAMESPACE/NAME`
            let parts = item.name.split { $0 == " " || $0 == "/" }.map(String.init)
            if parts.count == 3, names.contains(parts[2]) { return (parts[2], parts[1]) }
        }
        return nil
    }

    /// k3s's own flannel is no workload; only a server that tells its flags shows it.
    private var cni: String? {
        switch workload(["cilium", "calico-node", "kube-flannel-ds"])?.name {
        case "cilium": "cilium"
        case "calico-node": "calico"
        case .some: "flannel"
        case nil:
            serverFlags?.allSatisfy { $0["flannel-backend"] != "none" } == true ? "flannel" : nil
        }
    }

    var storage: String? {
        let known = [
            "driver.longhorn.io": "longhorn", "rancher.io/local-path": "local-path",
            "nfs.csi.k8s.io": "nfs",
        ]
        let found = Set(items("storage-classes").compactMap { $0.is["provisioner"]?.string })
        return found.count == 1 ? found.first.flatMap { known[$0] } : nil
    }

    private var storageClasses: String {
        guard let classes = seen["storage-classes"]?.items else {
            return "unknown  # they could not be read"
        }
        return JSONValue.array(classes.keys.sorted().map(JSONValue.string)).text
    }

    /// Its Service shows the address, where it has one of its own.
    private var ingress: String {
        guard let found = workload(["traefik", "ingress-nginx-controller"]) else {
            return "unknown  # whoever runs it"
        }
        let controller = found.name == "traefik" ? "traefik" : "nginx"
        let service = seen["services"]?.items?["\(found.namespace)/\(found.name)"]
        let addresses = service?["addresses"]?.array?.compactMap(\.string) ?? []
        guard addresses.count == 1 else {
            return "{ controller: \(controller), address: unknown }  # whoever runs its DNS"
        }
        let holder = workload(["kube-vip", "kube-vip-ds"]).map { _ in ", holder: kube-vip" } ?? ""
        return "{ controller: \(controller), address: \(quote(addresses[0]))\(holder) }"
    }

    /// The engine whose definitions the cluster has; none or several tell nothing.
    static func engine(
        _ table: [(engine: String, definition: String)], in seen: [String: ObservedSection]
    ) -> String? {
        let definitions = Set(seen["definitions"]?.items.map { Array($0.keys) } ?? [])
        let found = table.filter { definitions.contains($0.definition) }.map(\.engine)
        return found.count == 1 ? found[0] : nil
    }

    var secretsEngine: String? {
        Self.engine(
            [
                ("sealed-secrets", "sealedsecrets.bitnami.com"),
                ("external-secrets", "externalsecrets.external-secrets.io"),
            ], in: seen)
    }

    private var secrets: String {
        guard let secretsEngine else { return "{ engine: unknown }  # whoever runs it" }
        guard secretsEngine == "sealed-secrets",
            let found = workload(["sealed-secrets-controller", "sealed-secrets"])
        else { return "{ engine: \(secretsEngine) }" }
        let selector = seen["selectors"]?.items?["\(found.namespace)/\(found.name)"]?.object ?? [:]
        let pods = selector.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ",")
        return "{ engine: \(secretsEngine), namespace: \(quote(found.namespace)), "
            + "deployment: \(found.name), pods: \(pods.isEmpty ? "unknown" : quote(pods)) }"
    }
}

internal import JSON

/// What must be there before what: from power to the applications, and how one
/// sees that each is there.
struct Bootstrap {
    /// One stage of a start.
    struct Stage: Hashable, Sendable {
        let name: String
        /// What it is made of here.
        let what: String
        /// The command that shows it; nil where nobody has said enough.
        let probe: String?
        /// Why there is no probe.
        let why: String
    }

    private let estate: Estate
    private let cluster: JSONValue

    init(_ estate: Estate, _ cluster: JSONValue) {
        self.estate = estate
        self.cluster = cluster
    }

    /// In the order of a start.
    var stages: [Stage] {
        let all = [
            register("power", ["power"]), machines, network, names, time, mounts, datastore, api,
            cni,
            coredns, storage, admission, secrets, ingress, gitops, applications,
        ]
        return all.map { stage in
            guard let probe = cluster.at("probes", stage.name)?.statedText else { return stage }
            return Stage(name: stage.name, what: stage.what, probe: probe, why: "")
        }
    }

    private func fact(_ key: String) -> String? { cluster[key]?.statedText }

    private func stage(_ name: String, _ what: String?, _ probe: String?, _ why: String) -> Stage {
        Stage(name: name, what: what ?? "unknown", probe: probe, why: probe == nil ? why : "")
    }

    /// A stage made of dependencies, whose probes stand in the register.
    private func register(_ name: String, _ kinds: Set<String>) -> Stage {
        let list = estate.list("dependencies").filter { kinds.contains($0["kind"]?.string ?? "") }
        let open = list.filter { $0["probe"]?.statedText == nil }.compactMap { $0["name"]?.string }
        let probes = list.compactMap { $0["probe"]?.statedText }
        let what = list.compactMap { $0["name"]?.string }.joined(separator: ", ")
        return stage(
            name, what.isEmpty ? nil : what,
            open.isEmpty && !list.isEmpty ? probes.joined(separator: "; ") : nil,
            list.isEmpty
                ? "no dependency of kind \(kinds.sorted().joined(separator: " or ")) is declared; "
                    + "or say it under probes"
                : "dependencies \(open.joined(separator: ", ")) have no probe")
    }

    private var machines: Stage {
        let hosts = estate.list("machines").filter { $0["kind"]?.string == "host" }
        guard let host = hosts.first, let address = host["address"]?.statedText,
            host["hypervisor"]?.string?.contains("Proxmox") == true
        else { return register("machines", ["provider", "host"]) }
        return stage("machines", host["name"]?.string, "ssh \(address) qm list", "")
    }

    private var network: Stage {
        if fact("cni-backend") == "wireguard" {
            return stage(
                "network", "WireGuard, UDP 51820",
                "on each node: wg show flannel-wg latest-handshakes", "")
        }
        guard let host = Endpoint.host(fact("api") ?? "") else {
            return stage("network", nil, nil, "the api is unknown, so nobody can try to reach it")
        }
        return stage(
            "network", "from every worker to \(host)", "on each worker: nc -zvw3 \(host) 6443", "")
    }

    private var names: Stage {
        stage("names", fact("dns"), "on each node: resolvectl dns", "")
    }

    private var time: Stage {
        stage("time", "NTP", "on each node: timedatectl show -p NTPSynchronized --value", "")
    }

    private var mounts: Stage {
        let classes = cluster["storage-classes"]?.statedTexts ?? []
        if classes.contains(where: { $0.hasPrefix("nfs") }) {
            let server = estate.list("dependencies").first {
                $0["kind"]?.string == "storage" && ($0["name"]?.string ?? "").hasPrefix("nfs")
            }
            let host = server?["address"]?.statedText ?? nfsHost
            return stage(
                "mounts", "NFS", host.map { "showmount -e \($0)" },
                "the NFS server's address is unknown")
        }
        guard !classes.isEmpty else { return stage("mounts", nil, nil, noClasses) }
        return stage("mounts", "local disks", "on each node: df -P / /var/lib", "")
    }

    /// The address of the machine an NFS dependency needs.
    private var nfsHost: String? {
        let needs = estate.list("dependencies").filter {
            $0["name"]?.string?.hasPrefix("nfs") == true
        }
        .flatMap { $0["needs"]?.statedTexts ?? [] }
        return needs.compactMap { estate.stated("machines \($0) address") }.first
    }

    private var datastore: Stage {
        let kind = fact("datastore")
        switch (fact("distribution"), kind) {
        case ("k3s", _):
            let folder = "/var/lib/rancher/k3s/server/db"
            return stage(
                "datastore", kind,
                "on a server: test -d \(folder)/etcd/member && echo etcd; "
                    + "test -f \(folder)/state.db && echo sqlite", "")
        case ("kubeadm", "etcd"):
            return stage("datastore", kind, "on a server: etcdctl endpoint health", "")
        default: return stage("datastore", kind, nil, "distribution or datastore is unknown")
        }
    }

    private var api: Stage {
        stage(
            "api", fact("api"), fact("api").map { _ in "kubectl get --raw '/readyz?verbose'" },
            "the api is unknown")
    }

    private var cni: Stage {
        let probes = [
            "flannel":
                "kubectl get nodes -o jsonpath='{..flannel\\.alpha\\.coreos\\.com/public-ip}'",
            "cilium": "kubectl -n kube-system exec ds/cilium -- cilium status --brief",
            "calico": "kubectl get pods -A -l k8s-app=calico-node",
        ]
        return stage("cni", fact("cni"), fact("cni").flatMap { probes[$0] }, "the cni is unknown")
    }

    private var coredns: Stage {
        stage("coredns", "CoreDNS", "kubectl -n kube-system get pods -l k8s-app=kube-dns", "")
    }

    private var storage: Stage {
        let classes = cluster["storage-classes"]?.statedTexts ?? []
        return stage(
            "storage", classes.joined(separator: ", "),
            classes.isEmpty ? nil : "kubectl get storageclass \(classes.joined(separator: " "))",
            noClasses)
    }

    private var noClasses: String {
        cluster["storage-classes"]?.statedTexts == nil
            ? "the storage classes are unknown" : "no storage class is declared"
    }

    private var admission: Stage {
        stage(
            "admission", fact("policy"),
            "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations", "")
    }

    private var secrets: Stage {
        let engine = cluster.at("secrets", "engine")?.statedText
        let pods = cluster.at("secrets", "pods")?.statedText
        switch engine {
        case "none"?: return stage("secrets", "none", "true", "")
        case "sealed-secrets"?:
            return stage(
                "secrets", engine, pods.map { "kubectl get pods -A -l \($0)" },
                "the label of the controller's pods is unknown")
        case "external-secrets"?:
            return stage("secrets", engine, "kubectl get clustersecretstores,secretstores -A", "")
        case "vault"?: return stage("secrets", engine, "vault status", "")
        default: return stage("secrets", engine, nil, "the engine of the secrets is unknown")
        }
    }

    private var ingress: Stage {
        let probes = [
            "traefik": "kubectl get pods -A -l app.kubernetes.io/name=traefik",
            "cilium": "kubectl get ciliumloadbalancerippools",
        ]
        let controller = cluster.at("ingress", "controller")?.statedText
        return stage(
            "ingress", controller, controller.flatMap { probes[$0] }, "the ingress is unknown")
    }

    private var gitops: Stage {
        let probes = [
            "argocd": "kubectl get applications.argoproj.io -A",
            "flux": "kubectl get kustomizations.kustomize.toolkit.fluxcd.io -A",
            "fleet": "kubectl get gitrepos.fleet.cattle.io -A",
            "terraform": "terraform plan -detailed-exitcode",
        ]
        let engine = cluster.at("gitops", "engine")?.statedText
        return stage(
            "gitops", engine, engine.flatMap { probes[$0] }, "the engine of GitOps is unknown")
    }

    private var applications: Stage {
        stage(
            "applications", "what GitOps brings",
            "kubectl get pods -A --field-selector=status.phase!=Running,status.phase!=Succeeded", ""
        )
    }
}

internal import JSON
internal import LabCluster
internal import LabHosts

/// Which places answer, and for what: decided from what the clusters say, over
/// and over. A door stands open only while pods that would answer are Ready.
struct DoorPlan: Hashable, Sendable {
    /// What answers at a place.
    enum Use: Hashable, Sendable {
        /// The registry behind a Service.
        case registry(cluster: String, namespace: String, service: String)
        case ingress(cluster: String, IngressEngine, entryPoint: String)
        case clusterNames(cluster: String)
        case names
        case upstream

        var kind: DoorKind {
            switch self {
            case .registry: .registry
            case .ingress: .ingress
            case .clusterNames: .clusterNames
            case .names: .names
            case .upstream: .upstream
            }
        }
    }

    private(set) var uses: [Network.Place: Use] = [:]

    init(_ views: [ClusterView], cut: Set<DoorKind> = []) {
        add([OutsideAddresses.nameServer], 53, .names)
        add([OutsideAddresses.registries], 443, .upstream)
        for view in views {
            for service in view.all(.services) { add(service, view) }
        }
        uses = uses.filter { !cut.contains($0.value.kind) }
    }

    private mutating func add(_ addresses: [String], _ port: Int, _ use: Use) {
        for address in addresses where !address.isEmpty && address != "None" {
            guard let port = UInt16(exactly: port) else { continue }
            uses[Network.Place(address: address, port: port)] = use
        }
    }

    private mutating func add(_ service: JSONValue, _ view: ClusterView) {
        let pods = view.readyPods(of: service).filter(view.answers)
        let own = service.at("spec", "clusterIP")?.string ?? ""
        let ports = service.at("spec", "ports")?.array ?? []
        if pods.contains(where: \.isRegistry) {
            let use = Use.registry(
                cluster: view.cluster, namespace: service.namespace, service: service.name)
            for port in ports { add([own], port["port"]?.int ?? 0, use) }
        }
        if service.name == "kube-dns", !pods.isEmpty {
            let inside = pods.compactMap { $0.at("status", "podIP")?.string }
            add([own] + inside, 53, .clusterNames(cluster: view.cluster))
        }
        guard let engine = view.engine(service, pods) else { return }
        let addresses = view.entrances(service)
        for port in ports {
            let number = port["port"]?.int ?? 0
            let isSecure = port["name"]?.string?.hasPrefix("websecure") == true || number == 443
            guard isSecure || number == 80 || port["name"]?.string == "web" else { continue }
            add(
                addresses, number,
                .ingress(
                    cluster: view.cluster, engine, entryPoint: isSecure ? "websecure" : "web"))
        }
    }
}

extension JSONValue {
    /// Whether a pod is Zot.
    var isRegistry: Bool {
        images.contains { image in
            ImageReference(image)?.repository.split(separator: "/").last?.hasPrefix("zot") == true
        }
    }
}

extension ClusterView {
    /// The ingress a Service of type LoadBalancer leads to.
    fileprivate func engine(_ service: JSONValue, _ pods: [JSONValue]) -> IngressEngine? {
        guard service.at("spec", "type")?.string == "LoadBalancer" else { return nil }
        if pods.contains(where: { $0.label("app.kubernetes.io/name") == "traefik" }) {
            return .traefik
        }
        // Cilium's Service has no selector: the agents answer.
        let agents = all(.pods).filter { $0.label("k8s-app") == "cilium" }
        return service.name == "cilium-ingress"
            && agents.contains { $0.isReadyPod && answers($0) } ? .cilium : nil
    }

    /// The addresses a Service of type LoadBalancer can be reached at: those of
    /// the nodes its svclb pods run on, else those somebody announces.
    fileprivate func entrances(_ service: JSONValue) -> [String] {
        let balancers = all(.pods).filter {
            $0.label("svccontroller.k3s.cattle.io/svcname") == service.name
                && ($0.label("svccontroller.k3s.cattle.io/svcnamespace") ?? service.namespace)
                    == service.namespace
        }
        let nodes = balancers.filter { $0.isReadyPod && answers($0) }
            .flatMap { addresses(ofNode: $0.nodeName) }
        guard balancers.isEmpty else { return nodes }
        let announcers = all(.pods).filter { pod in
            pod.isReadyPod && answers(pod)
                && pod.images.contains { $0.contains("kube-vip") || $0.contains("cilium") }
        }
        guard !announcers.isEmpty else { return [] }
        return (service.at("status", "loadBalancer", "ingress")?.array ?? [])
            .compactMap { $0["ip"]?.string }
    }
}

internal import JSON
internal import LabCluster

/// What CoreDNS says: the names of Services, and for everything else what the
/// name server of its node says.
struct ClusterNames: Sendable {
    let view: ClusterView
    var domain = "cluster.local"

    /// Nil for a name outside the cluster's domain.
    func answer(_ name: String, _ kind: DNSMessage.Kind?) -> DNSAnswer? {
        if kind == .pointer { return pointer(name) }
        let suffix = ".svc.\(domain)"
        if name.hasSuffix(".\(domain)") {
            guard name.hasSuffix(suffix) else { return .unknown }
            let parts = name.dropLast(suffix.count).split(separator: ".").map(String.init)
            guard parts.count == 2, let service = view.object(.services, parts[1], parts[0]) else {
                return .unknown
            }
            return addresses(of: service)
        }
        return node(name)
    }

    private func addresses(of service: JSONValue) -> DNSAnswer {
        if let outside = service.at("spec", "externalName")?.string { return .name(outside) }
        let own = service.at("spec", "clusterIP")?.string ?? ""
        guard own == "None" || own.isEmpty else { return .addresses([own]) }
        let pods = view.readyPods(of: service).compactMap { $0.at("status", "podIP")?.string }
        return pods.isEmpty ? .unknown : .addresses(pods)
    }

    /// `NodeHosts`, which k3s writes.
    private func node(_ name: String) -> DNSAnswer? {
        let hosts = view.object(.configMaps, "kube-system", "coredns")?.at("data", "NodeHosts")
        let found = (hosts?.string ?? "").split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.dropFirst().contains(Substring(name)) ? words.first.map(String.init) : nil
        }
        return found.isEmpty ? nil : .addresses(found)
    }

    private func pointer(_ name: String) -> DNSAnswer? {
        let address = name.split(separator: ".").prefix(4).reversed().joined(separator: ".")
        return view.all(.services).first { $0.at("spec", "clusterIP")?.string == address }
            .map { .name("\($0.name).\($0.namespace).svc.\(domain)") }
    }
}

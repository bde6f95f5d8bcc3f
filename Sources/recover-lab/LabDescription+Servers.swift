import JSON
import LabHosts

extension LabDescription {
    /// The machine with what its unit and its configuration say of the cluster:
    /// the first server of one with etcd founds it, the others join that one.
    func founded(_ host: HostDeclaration) -> HostDeclaration {
        guard host.role == .server, cluster(host.cluster, "distribution")?.string == "k3s" else {
            return host
        }
        var host = host
        let flags =
            node(host.name)?["server-flags"]?.array
            ?? lab.at("invented", "nodes", host.name, "server-flags")?.array
        host.serverFlags = flags?.compactMap(\.string) ?? []
        guard cluster(host.cluster, "datastore")?.string == "etcd" else { return host }
        let first = declared["nodes"]?.array?.first {
            $0["cluster"]?.string == host.cluster && $0["role"]?.string == "server"
        }
        let name = first?["name"]?.string ?? ""
        let address =
            first?.at("address", "internal")?.string.flatMap { $0 == "unknown" ? nil : $0 }
            ?? lab.at("invented", "nodes", name, "address", "internal")?.string ?? ""
        host.founding =
            name == host.name ? "cluster-init: true" : "server: https://\(address):6443"
        return host
    }
}

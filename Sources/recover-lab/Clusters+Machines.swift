import JSON
import LabCluster
import LabHosts
import Synchronization

/// Which server runs on which machine, and where it answers.
extension Clusters {
    func declaration(_ host: String) -> HostDeclaration? {
        description.hosts.first { $0.name == host }?.moved(AddressMove(of: host, paths))
    }

    /// The server's folder on a machine's disk.
    func serverFolder(_ host: String) -> ServerFolder {
        ServerFolder(path: "\(paths.tree(host))/var/lib/rancher/k3s/server")
    }

    /// What every start of a server on the machine has in common.
    func serverSettings(_ host: HostDeclaration) -> ServerSettings {
        ServerSettings(
            nodeName: host.name, address: host.internalAddress,
            names: (host.addresses + [description.apiAddress(host.cluster) ?? "", host.name])
                .filter { !$0.isEmpty })
    }

    /// The address of a cluster's API that is no machine's own, when nobody
    /// holds it.
    func freeAddress(_ name: String) -> String? {
        guard let api = description.apiAddress(name),
            !description.hosts.contains(where: { $0.addresses.contains(api) }),
            running(name)?.listening.contains(api) != true
        else { return nil }
        return api
    }

    /// Where a server that starts on the machine answers.
    func addresses(of host: HostDeclaration) -> [String] {
        host.addresses.filter { !$0.isEmpty } + [freeAddress(host.cluster)].compactMap { $0 }
    }

    /// Whether somebody listens at `url`; an empty one is the machine itself.
    func answers(_ cluster: Cluster, _ url: String) -> Bool {
        let host = url.split(separator: "/").last?.split(separator: ":").first
        return url.isEmpty || cluster.listening.contains(host.map(String.init) ?? "")
    }

    /// Labels and annotations k3s gives the Node of a server.
    func roles(_ host: String) -> (labels: [String: String], annotations: [String: String]) {
        guard let boot = servers.withLock({ $0[host]?.boot }) else { return ([:], [:]) }
        var labels = [
            "node-role.kubernetes.io/control-plane": "true",
            "node-role.kubernetes.io/master": "true",
        ]
        guard boot.kind == .etcd else { return (labels, [:]) }
        labels["node-role.kubernetes.io/etcd"] = "true"
        return (labels, (try? boot.etcdAnnotations) ?? [:])
    }
}

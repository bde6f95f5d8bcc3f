import Digest
import JSON
import LabCluster
import LabHosts
import Synchronization

/// What machines know of their cluster, and it of them.
extension Clusters {
    /// The containers the cluster has on a machine; nil while its agent
    /// hears nothing of that.
    func containers(_ host: String) -> [PodContainer]? {
        guard let cluster = running(of: host), cluster.leads(host) else { return nil }
        return cluster.objects(.pods).filter { pod in
            pod.at("spec", "nodeName")?.string == host
                && pod.at("status", "phase")?.string == "Running"
                // The machine itself knows its static pods.
                && pod.at("metadata", "annotations", "kubernetes.io/config.mirror") == nil
        }.flatMap { pod in
            func fact(_ key: String) -> String { pod.at("metadata", key)?.string ?? "" }
            return (pod.at("spec", "containers")?.array ?? []).map { container in
                let name = container["name"]?.string ?? ""
                return PodContainer(
                    id: SHA256.hex("\(fact("uid"))/\(name)"), name: name, pod: fact("name"),
                    namespace: fact("namespace"), image: container["image"]?.string ?? "")
            }
        }
    }

    /// What signs for the agent of a machine; nil while no server of k3s is up.
    func agentCertificates(_ host: String) -> AgentCertificates? {
        guard let machine = declaration(host) else { return nil }
        let peers = description.hosts.filter { $0.cluster == machine.cluster }.map(\.name)
        let server = servers.withLock { servers in peers.first { servers[$0] != nil } }
        return server.map { server in
            AgentCertificates(
                node: host, address: machine.internalAddress, server: serverFolder(server))
        }
    }

    /// The other nodes, as flannel's annotations on them tell a WireGuard network.
    func peers(_ host: String) -> [WireGuardPeer] {
        guard let cluster = running(of: host) else { return [] }
        let prefix = "flannel.alpha.coreos.com/"
        return cluster.objects(.nodes).compactMap { node in
            guard node.at("metadata", "name")?.string != host,
                let notes = node.at("metadata", "annotations"),
                let data = notes[prefix + "backend-data"]?.string,
                let key = (try? JSONValue(parsing: Array(data.utf8)))?["PublicKey"]?.string
            else { return nil }
            let address = notes[prefix + "public-ip-overwrite"] ?? notes[prefix + "public-ip"]
            let isReady = node.at("status", "conditions")?.array?.contains { condition in
                condition["type"]?.string == "Ready" && condition["status"]?.string == "True"
            }
            return WireGuardPeer(
                key: key, endpoint: "\(address?.string ?? ""):51820",
                network: node.at("spec", "podCIDR")?.string ?? "",
                handshake: isReady == true ? 5 : nil)
        }
    }

    /// Writes the administrator's kubeconfig on a server, as k3s does at each
    /// start: everything in it is called `default`, and the server is `127.0.0.1`.
    func writeKubeconfig(of host: String) throws {
        guard let name = description.node(host)?["cluster"]?.string else { return }
        let path = "\(paths.tree(host))/etc/rancher/k3s/k3s.yaml"
        try cluster(name).kubeconfig(path: path)
        let lines = (Disk.text(path) ?? "").split(separator: "\n").map(String.init).map { line in
            guard let address = line.firstRange(of: "server: https://") else {
                return line.replacing("\(name)-admin", with: "default")
                    .replacing(": \(name)", with: ": default")
            }
            let port = line.split(separator: ":").last ?? "6443"
            return "\(line[..<address.upperBound])127.0.0.1:\(port)"
        }
        try Disk.write(path, lines.joined(separator: "\n") + "\n", mode: 0o600)
    }
}

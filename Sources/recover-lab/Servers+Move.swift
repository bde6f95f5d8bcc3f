import LabCluster
import LabHosts
import Synchronization

/// Servers that are reached elsewhere, or not at all.
extension Servers {
    /// The machine of a server has another address: its API answers there, with
    /// the certificate it has.
    func move(_ host: String, from old: String, to new: String) throws {
        guard var server = clusters.servers.withLock({ $0[host] }),
            let name = clusters.declaration(host)?.cluster,
            let cluster = clusters.running(name)
        else { return }
        cluster.close([old])
        try cluster.open(server.boot, on: [new])
        server.addresses = server.addresses.filter { $0 != old } + [new]
        clusters.servers.withLock { $0[host] = server }
    }

    /// Whether its cluster has no other server that votes in an etcd.
    func isAlone(_ host: String) -> Bool {
        let declared = clusters.description.hosts.first { $0.name == host }
        return declared?.founding == nil
            || !clusters.description.hosts.contains {
                $0.name != host && $0.cluster == declared?.cluster && $0.role == .server
            }
    }

    /// Whether most of the servers that vote are up and reached.
    func hasQuorum(_ cluster: String) -> Bool {
        let voters = clusters.description.hosts.filter {
            $0.cluster == cluster && $0.role == .server && !isAlone($0.name)
        }
        let up = voters.count { voter in clusters.servers.withLock { $0[voter.name] != nil } }
        return voters.isEmpty || up > voters.count / 2
    }

    /// Nobody reaches the server any more. The others of its cluster go on
    /// without its API and its etcd; one that is alone goes on unseen.
    func lose(_ host: String) {
        turn.withLock { _ in
            guard let machine = clusters.declaration(host),
                let cluster = clusters.running(machine.cluster),
                var server = clusters.servers.withLock({ $0[host] })
            else { return }
            let isAlone = isAlone(host)
            lost.withLock { $0[host] = server }
            if isAlone {
                cluster.close(server.addresses)
                server.addresses = []
                clusters.servers.withLock { $0[host] = server }
            } else {
                clusters.servers.withLock { $0[host] = nil }
                cluster.close(server.boot, on: server.addresses)
                handOver(machine.cluster, cluster)
            }
        }
    }

    /// It is reached again, as it was.
    func find(_ host: String) throws {
        guard let machine = clusters.declaration(host) else { return }
        var patience = 100
        while true {
            let error = turn.withLock { _ -> (any Error)? in
                do {
                    try find(machine)
                    return nil
                } catch { return error }
            }
            guard let error else { return }
            // Its etcd has to hear first what it missed.
            patience -= 1
            if patience == 0 { throw error }
            Background.sleep(100)
        }
    }

    private func find(_ machine: HostDeclaration) throws {
        guard var server = lost.withLock({ $0[machine.name] }),
            let cluster = clusters.running(machine.cluster)
        else { return }
        if !isAlone(machine.name) {
            // Another may hold the cluster's own address meanwhile.
            server.addresses.removeAll { !machine.addresses.contains($0) }
            try cluster.add(server.boot)
        }
        try cluster.open(server.boot, on: server.addresses)
        clusters.servers.withLock { [server] in $0[machine.name] = server }
        lost.withLock { $0[machine.name] = nil }
    }
}

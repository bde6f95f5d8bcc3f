import LabCluster
import LabHosts
import Synchronization

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
}

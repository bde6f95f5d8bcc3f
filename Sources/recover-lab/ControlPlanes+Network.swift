import LabCluster
import LabHosts
import Synchronization

/// Control planes that are reached elsewhere, or not at all.
extension ControlPlanes {
    /// The API server of the machine answers on `addresses` from now on, with the
    /// certificate it has.
    func answer(_ host: String, on addresses: [String]) throws {
        try turn.withLock { _ in
            guard let plane = clusters.planes.withLock({ $0[host] }),
                let name = clusters.declaration(host)?.cluster,
                let cluster = clusters.running(name)
            else { return }
            cluster.close(Array(cluster.listening))
            try cluster.open(plane.plane, on: addresses)
        }
    }
}

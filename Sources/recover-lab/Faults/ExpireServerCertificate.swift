import LabCluster
import LabHosts
import Synchronization

/// The certificate a server's API shows has run out.
struct ExpireServerCertificate: Fault {
    static let usage = "expire-server-certificate NODE"
    static let meaning =
        "the certificate of the API on this server has run out, until k3s starts or kubeadm renews it"

    private let node: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        node = try description.machine(words[0])
        guard description.hosts.contains(where: { $0.name == words[0] && $0.role == .server })
        else { throw InputError("\(words[0]) is no server") }
    }

    var words: [String] { [node] }

    func happen(in world: World) throws {
        let clusters = world.clusters
        guard let cluster = clusters.running(of: node) else {
            throw LabFailure("no API runs on \(node)")
        }
        if var plane = clusters.planes.withLock({ $0[node] }) {
            try Kubeadm(plane.plane).age(["apiserver"], days: -1)
            let addresses = clusters.declaration(node).map(clusters.addresses) ?? []
            cluster.close(addresses)
            try cluster.open(plane.plane, on: addresses)
            plane = RunningPlane(plane: plane.plane, served: plane.plane.servingCertificate)
            clusters.planes.withLock { $0[node] = plane }
        } else if let server = clusters.servers.withLock({ $0[node] }) {
            try server.boot.expireServing()
            cluster.close(server.addresses)
            try cluster.open(server.boot, on: server.addresses)
        } else {
            throw LabFailure("no API runs on \(node)")
        }
    }

    func unseen(in world: World) -> [String] { [] }
}

import LabCluster
import LabHosts

/// The certificate a node's kubelet shows its cluster has run out.
struct ExpireNodeCertificate: Fault {
    static let usage = "expire-node-certificate NODE"
    static let meaning =
        "the certificate the kubelet shows has run out: the Node is Ready no more, until k3s starts anew"

    private let node: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        node = try description.machine(words[0])
    }

    var words: [String] { [node] }

    func happen(in world: World) throws {
        guard let host = world.clusters.declaration(node) else { return }
        let root = world.paths.tree(node)
        if let plane = world.clusters.plane(of: host.cluster) {
            let pem = try KubeletCertificate(node: node).signed(by: plane.plane, days: -1)
            try KubeletMembership.keep(pem, below: root)
        } else if let certificates = world.clusters.agentCertificates(node) {
            try K3sAgentFiles.write(try certificates.files(days: -1), below: root)
        } else {
            throw LabFailure("nobody signs for \(node): its cluster is down")
        }
    }

    func unseen(in world: World) -> [String] {
        let readiness = world.readiness(node)
        return readiness == "True" ? ["\(node) is Ready=\(readiness)"] : []
    }
}

import LabCluster
import LabDoors

/// The certificate of an ingress host has run out.
struct ExpireCertificate: Fault {
    static let usage = "expire-certificate CLUSTER NAMESPACE SECRET"
    static let meaning = "the certificate in a kubernetes.io/tls Secret has run out"

    let words: [String]

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        _ = try description.simulatedCluster(words[0])
        self.words = words
    }

    func happen(in world: World) throws {
        try world.doors.reissue(
            try world.clusters.cluster(words[0]), namespace: words[1], secret: words[2], days: 0)
    }

    func unseen(in world: World) -> [String] { [] }
}

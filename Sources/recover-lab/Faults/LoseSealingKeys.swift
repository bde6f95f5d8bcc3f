import JSON
import LabCluster

/// The private keys of sealed-secrets are gone, and the controller was
/// restarted: it makes a new one and can open nothing that is in Git.
struct LoseSealingKeys: Fault {
    static let usage = "lose-sealing-keys CLUSTER"
    static let meaning = "every sealing key is deleted and the controller restarts with a new one"

    private let cluster: String
    private let namespace: String
    private let pods: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        cluster = try description.simulatedCluster(words[0])
        let secrets = description.filled(
            description.cluster(cluster, "secrets") ?? [:], from: cluster, "secrets")
        guard secrets["engine"]?.string == "sealed-secrets",
            let namespace = secrets["namespace"]?.string, let pods = secrets["pods"]?.string
        else { throw InputError("\(cluster) has no sealed-secrets whose keys could be lost") }
        self.namespace = namespace
        self.pods = pods
    }

    var words: [String] { [cluster] }

    func happen(in world: World) throws {
        let cluster = try world.clusters.cluster(cluster)
        for secret in keys(cluster) { try remove(secret, .secrets, cluster) }
        let label = pods.split(separator: "=").map(String.init)
        let controllers = cluster.objects(.pods).filter { pod in
            pod.at("metadata", "namespace")?.string == namespace
                && pod.at("metadata", "labels", label[0])?.string == label.last
        }
        for pod in controllers { try remove(pod, .pods, cluster) }
    }

    /// The restarted controller has its new key.
    func unseen(in world: World) -> [String] {
        guard let cluster = try? world.clusters.cluster(cluster) else { return [] }
        return keys(cluster).count == 1 ? [] : ["the controller has no new key yet"]
    }

    private func keys(_ cluster: Cluster) -> [JSONValue] {
        cluster.objects(.secrets).filter { secret in
            secret.at("metadata", "namespace")?.string == namespace
                && secret.at("metadata", "labels", "sealedsecrets.bitnami.com/sealed-secrets-key")
                    != nil
        }
    }

    private func remove(_ object: JSONValue, _ resource: ResourceKey, _ cluster: Cluster) throws {
        try cluster.remove(
            resource, namespace: namespace, name: object.at("metadata", "name")?.string ?? "")
    }
}

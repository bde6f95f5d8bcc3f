import JSON
import LabCluster

/// Somebody has suspended all of Flux and gone home.
struct SuspendFlux: Fault {
    static let usage = "suspend-flux CLUSTER"
    static let meaning =
        "every Kustomization, HelmRelease and GitRepository is suspended, the root first"

    private let cluster: String
    private let root: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        cluster = try description.simulatedCluster(words[0])
        let gitops = description.filled(
            description.cluster(cluster, "gitops") ?? [:], from: cluster)
        guard gitops["engine"]?.string == "flux", let root = gitops["root"]?.string else {
            throw InputError("\(cluster) has no Flux that could be suspended")
        }
        self.root = root
    }

    var words: [String] { [cluster] }

    func happen(in world: World) throws {
        let cluster = try world.clusters.cluster(cluster)
        for var object in objects(cluster) {
            var spec = object["spec"] ?? [:]
            spec["suspend"] = true
            object["spec"] = spec
            try cluster.put(object)
        }
    }

    func unseen(in world: World) -> [String] {
        guard let cluster = try? world.clusters.cluster(cluster) else { return [] }
        let going = objects(cluster).filter { $0.at("spec", "suspend")?.bool != true }
        return going.isEmpty ? [] : ["\(going.count) parts of Flux are not suspended"]
    }

    /// A parent before its children: it would take their suspension back.
    private func objects(_ cluster: Cluster) -> [JSONValue] {
        let parts =
            cluster.objects(.kustomizations).filter(isRoot)
            + cluster.objects(.kustomizations).filter { !isRoot($0) }
        return parts + cluster.objects(.helmReleases) + cluster.objects(.gitRepositories)
    }

    private func isRoot(_ object: JSONValue) -> Bool {
        object.at("metadata", "name")?.string == root
    }
}

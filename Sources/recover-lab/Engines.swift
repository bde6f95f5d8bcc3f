import JSON
import LabCluster
import LabHosts
import Synchronization

/// What runs inside the simulated clusters beside Kubernetes: the GitOps engines
/// and Sealed Secrets the estate declares. Each lives as long as its cluster is
/// up; whether it works is decided by its own pods.
final class Engines: Sendable {
    private let description: LabDescription
    private let source: RepositorySource
    private let paths: LabPaths
    private let running = Mutex<[String: [any ClusterEngine]]>([:])

    init(_ description: LabDescription, source: RepositorySource, paths: LabPaths) {
        self.description = description
        self.source = source
        self.paths = paths
    }

    /// Starts those of the cluster `name`; `reach` finds another cluster while it
    /// is up.
    func start(
        _ name: String, _ cluster: Cluster, reach: @escaping @Sendable (String) -> Cluster?
    ) {
        let engines = engines(of: name, cluster, reach)
        for engine in engines { engine.start() }
        running.withLock { $0[name] = engines }
    }

    /// Stops them; before their cluster does.
    func stop(_ name: String) {
        for engine in running.withLock({ $0.removeValue(forKey: name) }) ?? [] { engine.stop() }
    }

    /// Milliseconds that stand for three minutes in `engine`.
    private func pace(_ engine: String, _ cluster: Cluster) -> Int {
        max(1, description.pace(engine, 3000) / cluster.haste)
    }

    private func engines(
        of name: String, _ cluster: Cluster, _ reach: @escaping @Sendable (String) -> Cluster?
    ) -> [any ClusterEngine] {
        var engines: [any ClusterEngine] = []
        for other in description.clusters {
            guard let gitops = gitops(other) else { continue }
            let namespace = gitops["namespace"]?.string ?? "fleet-default"
            let manager = gitops["cluster"]?.string ?? other
            switch gitops["engine"]?.string {
            case "argocd" where manager == name:
                engines.append(
                    ArgoController(
                        cluster, source: source,
                        pace: ArgoPace(refresh: .milliseconds(pace("argocd", cluster)))))
            case "flux" where manager == name:
                let factor = 180_000 / pace("flux", cluster)
                engines.append(
                    FluxController(cluster, source: source, pace: FluxPace(factor: factor)))
            case "fleet":
                if manager == name {
                    engines.append(
                        FleetController(
                            management: cluster, source: source, clusterName: other,
                            namespace: namespace))
                }
                if other == name {
                    engines.append(
                        FleetAgent(
                            downstream: cluster, source: source, clusterName: other,
                            namespace: namespace, management: { reach(manager) }))
                }
            default: break
            }
        }
        if description.secrets(name)["engine"]?.string == "sealed-secrets" {
            engines.append(
                SealedSecretsController(
                    cluster, folder: "\(paths.root)/clusters/\(name)",
                    bits: description.lab.at("sealing", "bits")?.int ?? 2048))
        }
        return engines
    }

    private func gitops(_ name: String) -> JSONValue? {
        description.cluster(name, "gitops").map { description.filled($0, from: name) }
    }
}

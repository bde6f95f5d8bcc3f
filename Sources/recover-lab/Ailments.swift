import JSON
import LabCluster

/// What in a cluster is not as it is in a healthy one: a line each.
enum Ailments {
    static func of(_ cluster: Cluster) -> [String] {
        checks.flatMap { check in
            cluster.objects(check.resource).compactMap { object in
                check.ailment(object).map { "\(check.resource) \(name(object)) \($0)" }
            }
        }
    }

    private struct Check: Sendable {
        let resource: ResourceKey
        let ailment: @Sendable (JSONValue) -> String?
    }

    private static let checks: [Check] = [
        Check(resource: .pods, ailment: pod),
        Check(resource: .deployments) { replicas($0, of: $0.at("spec", "replicas")?.int ?? 1) },
        Check(resource: .statefulSets) { replicas($0, of: $0.at("spec", "replicas")?.int ?? 1) },
        Check(resource: .daemonSets) { set in
            let wanted = set.at("status", "desiredNumberScheduled")?.int ?? -1
            let ready = set.at("status", "numberReady")?.int ?? 0
            return ready == wanted ? nil : "has \(ready) of \(wanted) pods"
        },
        Check(resource: .persistentVolumeClaims) { claim in
            let phase = claim.at("status", "phase")?.string ?? "-"
            return phase == "Bound" ? nil : "is \(phase)"
        },
        Check(resource: .gitRepos, ailment: unready),
        Check(resource: .gitRepositories, ailment: unready),
        Check(resource: .kustomizations, ailment: unready),
        Check(resource: .sealedSecrets) { condition("Synced", of: $0) },
        Check(resource: .applications) { application in
            let sync = application.at("status", "sync", "status")?.string ?? "-"
            let health = application.at("status", "health", "status")?.string ?? "-"
            return sync == "Synced" && health == "Healthy" ? nil : "is \(sync) and \(health)"
        },
        Check(resource: .longhornVolumes) { volume in
            let state = volume.at("status", "robustness")?.string ?? "-"
            return state == "healthy" ? nil : "is \(state)"
        },
    ]

    private static func name(_ object: JSONValue) -> String {
        let parts = [object.at("metadata", "namespace"), object.at("metadata", "name")]
        return parts.compactMap { $0?.string }.joined(separator: "/")
    }

    private static func pod(_ pod: JSONValue) -> String? {
        let phase = pod.at("status", "phase")?.string ?? "-"
        if phase == "Succeeded" { return nil }
        let isReady = World.condition("Ready", of: pod) == "True"
        return phase == "Running" && isReady ? nil : "is \(phase)\(isReady ? "" : ", not ready")"
    }

    private static func replicas(_ workload: JSONValue, of wanted: Int) -> String? {
        let ready = workload.at("status", "readyReplicas")?.int ?? 0
        return ready == wanted ? nil : "has \(ready) of \(wanted) pods"
    }

    private static func unready(_ object: JSONValue) -> String? { condition("Ready", of: object) }

    private static func condition(_ type: String, of object: JSONValue) -> String? {
        let status = World.condition(type, of: object)
        return status == "True" ? nil : "is \(type)=\(status)"
    }
}

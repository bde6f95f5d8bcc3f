import Digest
import JSON

/// One labelled key that cannot be read and the controller crashes at every
/// start.
struct SealingKeyObstacle: PodObstacle {
    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        let isController = SealedSecretsNames.controllers.contains { component in
            component.workloads(in: world).contains { workload in
                workload.namespace == pod.namespace
                    && LabelSelector(workload.at("spec", "selector"))?.matches(pod.labels) == true
            }
        }
        guard isController else { return nil }
        for secret in SealedSecretsNames.keys(in: world, namespace: pod.namespace) {
            do throws(CryptoFailure) {
                _ = try SealingKey(secret: secret)
            } catch {
                return PodHold(
                    reason: "CrashLoopBackOff",
                    message: "Error reading key \(secret.name): \(error)")
            }
        }
        return nil
    }
}

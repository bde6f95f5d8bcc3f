import JSON

/// CoreDNS reads its Corefile when it starts, and does not start with a damaged one. One
/// that runs keeps the configuration it has (plugin `reload`): nothing is seen of the
/// damage until its pod starts anew.
struct CorefileObstacle: PodObstacle {
    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        guard pod.label("k8s-app") == "kube-dns" else { return nil }
        let volumes = pod.at("spec", "volumes")?.array ?? []
        for volume in volumes {
            guard let name = volume.at("configMap", "name")?.string,
                let text = world.object(.configMaps, pod.namespace, name)?
                    .at("data", "Corefile")?.string,
                let fault = Corefile(text).fault
            else { continue }
            return PodHold(reason: "CrashLoopBackOff", message: fault, exitCode: 1)
        }
        return nil
    }
}

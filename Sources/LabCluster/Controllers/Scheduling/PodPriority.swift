import JSON

/// How much a pod counts: what it says, what its class says, else the class
/// every pod has.
enum PodPriority {
    /// Classes every cluster has, whether their objects are there or not.
    private static let system = [
        "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
    ]

    static func value(of pod: JSONValue, in world: World) -> Int {
        if let written = pod.at("spec", "priority")?.int { return written }
        return type(of: pod, in: world)?["value"]?.int
            ?? system[pod.at("spec", "priorityClassName")?.string ?? ""] ?? 0
    }

    /// Whether it may end others to get room.
    static func preempts(_ pod: JSONValue, in world: World) -> Bool {
        let policy =
            pod.at("spec", "preemptionPolicy") ?? type(of: pod, in: world)?["preemptionPolicy"]
        return policy?.string != "Never"
    }

    private static func type(of pod: JSONValue, in world: World) -> JSONValue? {
        if let name = pod.at("spec", "priorityClassName")?.string, !name.isEmpty {
            return world.object(.priorityClasses, nil, name)
        }
        return world.all(.priorityClasses).first { $0["globalDefault"]?.bool == true }
    }
}

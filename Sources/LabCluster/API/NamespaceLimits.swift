import JSON

/// What a namespace's limit ranges and quotas, and the priority classes, make
/// of a new object. The part of admission that looks at the world.
struct NamespaceLimits {
    private let world: World
    private var ledger: QuotaLedger

    init(_ world: World) {
        self.world = world
        ledger = QuotaLedger(world)
    }

    /// `object` with the defaults of its namespace, counted in the quotas.
    mutating func admitted(_ object: JSONValue) throws(StatusError) -> JSONValue {
        var object = object
        if object.kind == "Pod", object["apiVersion"] == "v1" {
            complete(&object)
        }
        if let key = object.key, let type = ResourceType.of(key.resource) {
            try LonghornWebhook.check(object, from: nil, type, world)
        }
        try ledger.admit(object)
        return object
    }

    private func complete(_ pod: inout JSONValue) {
        let ranges = world.all(ResourceKey(name: "limitranges")).filter {
            $0.namespace == pod.namespace
        }
        for field in ["containers", "initContainers"] {
            guard let containers = pod.at("spec", field)?.array else { continue }
            pod.set("spec", field, to: .array(containers.map { limited($0, by: ranges) }))
        }
        let quality = PodResources.qualityClass(of: pod["spec"] ?? [:])
        pod.set("status", "qosClass", to: .string(quality))
        let name = pod.at("spec", "priorityClassName")?.string ?? ""
        let builtIn = [
            "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
        ]
        let value = world.object(.priorityClasses, nil, name)?["value"]?.int ?? builtIn[name] ?? 0
        pod.set("spec", "priority", to: .int(value))
    }

    /// A container with the limits its namespace gives those that name none; a
    /// request that is missing is the limit.
    private func limited(_ container: JSONValue, by ranges: [JSONValue]) -> JSONValue {
        var container = container
        for (name, limit) in container.at("resources", "limits")?.object ?? [:]
        where container.at("resources", "requests", name) == nil {
            container.set("resources", "requests", name, to: limit)
        }
        let items = ranges.flatMap { $0.at("spec", "limits")?.array ?? [] }
            .filter { $0["type"] == "Container" }
        for item in items {
            let limits = item["default"]?.object ?? [:]
            let requests = limits.merging(item["defaultRequest"]?.object ?? [:]) { $1 }
            for (field, defaults) in [("limits", limits), ("requests", requests)] {
                for (name, amount) in defaults
                where container.at("resources", field, name) == nil {
                    container.set("resources", field, name, to: amount)
                }
            }
        }
        return container
    }
}

import JSON

/// The `scale` subresource of a workload.
enum Scale {
    static func of(_ workload: JSONValue) -> JSONValue {
        let metadata = workload["metadata"]?.object?.filter {
            ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"].contains($0.key)
        }
        let replicas = workload.at("spec", "replicas")?.int ?? 1
        let labels = workload.at("spec", "selector", "matchLabels")?.object ?? [:]
        let selector = labels.map { "\($0.key)=\($0.value.string ?? "")" }.sorted()
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata ?? [:]),
            // A real server leaves out the zero.
            "spec": replicas == 0 ? [:] : ["replicas": .int(replicas)],
            "status": [
                "replicas": workload.at("status", "replicas") ?? 0,
                "selector": .string(selector.joined(separator: ",")),
            ],
        ]
    }
}

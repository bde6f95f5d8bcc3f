import JSON

/// What a request comes to: the writes it causes and what is answered once they
/// are stored.
struct Decision: Sendable {
    enum Answer: Sendable {
        /// This document, as it is.
        case document(JSONValue, status: Int)
        /// The object as stored, with its new revision.
        case stored(JSONValue, status: Int)
        /// The Scale of the object as stored.
        case scale(JSONValue)
    }

    var writes: [Write] = []
    var answer: Answer

    /// The answer against the world after the writes.
    func response(in world: World) -> Response {
        switch answer {
        case .document(let document, let status): .json(document, status: status)
        case .stored(let object, let status): .json(Self.current(object, in: world), status: status)
        case .scale(let object): .json(Scale.of(Self.current(object, in: world)))
        }
    }

    private static func current(_ object: JSONValue, in world: World) -> JSONValue {
        object.key.flatMap { world[$0] } ?? object
    }
}

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

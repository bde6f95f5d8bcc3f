import JSON

/// Events: what a component has to say about an object.
///
/// One for each object and reason: a new message takes the place of the old
/// one, the same again writes nothing. So a trouble that lasts costs one row.
enum EventRecord {
    static func write(
        _ reason: String, _ message: String, about object: JSONValue, from component: String,
        type: String = "Warning", in world: World, now: Moment
    ) -> Write {
        let name = "\(object.name).\(Naming.suffix(object.uid + reason, length: 10))"
        let namespace = object.namespace.isEmpty ? "default" : object.namespace
        let known = world.object(.events, namespace, name)
        if let known, known["message"]?.string == message { return .put(known) }
        let count = (known?["count"]?.int ?? 0) + 1
        let event: JSONValue = [
            "apiVersion": "v1", "kind": "Event", "type": .string(type), "reason": .string(reason),
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "involvedObject": reference(object), "message": .string(message),
            "count": .int(count), "firstTimestamp": known?["firstTimestamp"] ?? .string(now.text),
            "lastTimestamp": .string(now.text), "reportingComponent": .string(component),
            "source": ["component": .string(component)],
        ]
        return .put(event)
    }

    private static func reference(_ object: JSONValue) -> JSONValue {
        var reference: JSONValue = [
            "apiVersion": object["apiVersion"] ?? "", "kind": .string(object.kind),
            "name": .string(object.name), "uid": .string(object.uid),
        ]
        if !object.namespace.isEmpty { reference["namespace"] = .string(object.namespace) }
        return reference
    }
}

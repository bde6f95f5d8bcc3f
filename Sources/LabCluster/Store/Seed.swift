import JSON

/// The objects of a new world: the namespaces every cluster has, then what the
/// estate says. Seeds keep the status they bring.
struct Seed: Sendable {
    let objects: [JSONValue]
    let admission: Admission
    /// Groups of custom resources the cluster has, with or without objects.
    var customGroups: [String] = []

    func writes(now: Moment) throws -> [Write] {
        let named = ["default", "kube-node-lease", "kube-public", "kube-system"]
        let wanted = objects.map(\.namespace).filter { !$0.isEmpty }
        let given = objects.filter { $0.kind == "Namespace" }.map(\.name)
        let missing = Set(named + wanted).subtracting(given).sorted()
        let namespaces = missing.map { name -> JSONValue in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
        return try (namespaces + definitions + objects).map { object in
            .put(try admitted(object, now: now))
        }
    }

    /// The definitions of every group the seeds or the estate name, unless they
    /// bring their own.
    private var definitions: [JSONValue] {
        let groups = Set(objects.compactMap(\.key?.resource.group)).union(customGroups)
        let given = Set(objects.compactMap(\.key))
        return ResourceType.all.filter { $0.isCustom && groups.contains($0.key.group) }
            .map(ResourceDefinition.object)
            .filter { $0.key.map(given.contains) != true }
    }

    private func admitted(_ object: JSONValue, now: Moment) throws -> JSONValue {
        guard let key = object.key, let type = ResourceType.of(key.resource) else {
            throw UnknownKind(object: object)
        }
        var new = try admission.created(object, type, now: now)
        // A seed may bring its identity along, so that references between seeds hold.
        for field in ["uid", "creationTimestamp"] where object.at("metadata", field) != nil {
            new.set("metadata", field, to: object.at("metadata", field))
        }
        return new
    }
}

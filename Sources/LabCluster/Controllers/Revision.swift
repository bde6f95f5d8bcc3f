import JSON

/// The ControllerRevisions of a DaemonSet or StatefulSet: one for each template
/// it had, so that it can go back to one.
struct Revision {
    static let label = "controller-revision-hash"

    let owner: JSONValue
    /// Those of this owner, by their number.
    let known: [JSONValue]
    /// Name of the one for the template it has now.
    let name: String

    init(_ owner: JSONValue, in world: World) {
        self.owner = owner
        known = world.all(.controllerRevisions).filter { $0.controllerUID == owner.uid }
            .sorted { Self.number($0) < Self.number($1) }
        name = "\(owner.name)-\(Naming.templateHash(owner.at("spec", "template") ?? [:]))"
    }

    /// What the label of a pod of the current template says: a DaemonSet's pods
    /// carry the hash, a StatefulSet's the name.
    var hash: String { String(name.dropFirst(owner.name.count + 1)) }

    /// The template revision `name` holds.
    func template(_ name: String) -> JSONValue? {
        known.first { $0.name == name }?.at("data", "spec", "template")
    }

    /// The writes that keep the history; empty when it is as it should be.
    var writes: [Write] {
        let current = known.first { $0.name == name }
        let last = known.last.map(Self.number) ?? 0
        guard current == nil || current != known.last else { return [] }
        var revision: JSONValue =
            current ?? [
                "apiVersion": "apps/v1", "kind": "ControllerRevision",
                "metadata": [
                    "name": .string(name), "namespace": .string(owner.namespace),
                    "ownerReferences": [Owner.reference(owner)],
                    "labels": owner.at("spec", "template", "metadata", "labels") ?? [:],
                ],
                "data": ["spec": ["template": template]],
            ]
        revision.set("metadata", "labels", Self.label, to: .string(hash))
        revision["revision"] = .int(last + 1)
        let limit = owner.at("spec", "revisionHistoryLimit")?.int ?? 10
        return [.put(revision)] + known.dropLast(limit).compactMap(\.key).map(Write.remove)
    }

    private var template: JSONValue {
        var template = owner.at("spec", "template") ?? [:]
        template["$patch"] = "replace"
        return template
    }

    private static func number(_ revision: JSONValue) -> Int { revision["revision"]?.int ?? 0 }
}

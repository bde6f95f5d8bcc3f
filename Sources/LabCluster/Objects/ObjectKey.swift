import JSON

/// The place of one object: resource, namespace and name.
struct ObjectKey: Hashable, Sendable, Comparable {
    let resource: ResourceKey
    /// Empty for objects outside namespaces.
    let namespace: String
    let name: String

    init(_ resource: ResourceKey, namespace: String? = nil, name: String) {
        self.resource = resource
        self.namespace = namespace ?? ""
        self.name = name
    }

    static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }

    /// The key k3s's datastore has for this object: `/registry/…`.
    var registryPath: String {
        // Where the registry's name is not the resource's.
        let folder =
            switch resource {
            case .nodes: "minions"
            case .services: "services/specs"
            case .endpoints: "services/endpoints"
            case .ingresses: "ingress"
            default:
                Self.isKeptByGroup(resource)
                    ? "\(resource.group)/\(resource.name)" : resource.name
            }
        return "/registry/\(folder)/" + (namespace.isEmpty ? name : "\(namespace)/\(name)")
    }

    private static func isKeptByGroup(_ resource: ResourceKey) -> Bool {
        ["apiextensions.k8s.io", "apiregistration.k8s.io"].contains(resource.group)
            || ResourceType.of(resource)?.isCustom == true
    }
}

extension JSONValue {
    /// Where this Kubernetes object belongs, or nil if its kind is not served
    /// or it has no name.
    var key: ObjectKey? {
        guard let type = ResourceType.of(apiVersion: self["apiVersion"]?.string, kind: kind),
            let name = at("metadata", "name")?.string
        else { return nil }
        return ObjectKey(type.key, namespace: type.isNamespaced ? namespace : nil, name: name)
    }

    var kind: String { self["kind"]?.string ?? "" }
    var name: String { at("metadata", "name")?.string ?? "" }
    var namespace: String { at("metadata", "namespace")?.string ?? "" }
    var uid: String { at("metadata", "uid")?.string ?? "" }
    var labels: [String: JSONValue] { at("metadata", "labels")?.object ?? [:] }
    var annotations: [String: JSONValue] { at("metadata", "annotations")?.object ?? [:] }
    var isTerminating: Bool { at("metadata", "deletionTimestamp") != nil }
    var owners: [JSONValue] { at("metadata", "ownerReferences")?.array ?? [] }
    var finalizers: [JSONValue] { at("metadata", "finalizers")?.array ?? [] }
    /// The owner that controls this object.
    var controllerUID: String? {
        owners.first { $0["controller"]?.bool == true }?["uid"]?.string
    }

    /// Sets the value at `path`, making objects on the way; nil removes.
    mutating func set(_ path: String..., to value: JSONValue?) { set(path[...], to: value) }

    private mutating func set(_ path: ArraySlice<String>, to value: JSONValue?) {
        guard let first = path.first else { return }
        guard path.count > 1 else {
            self[first] = value
            return
        }
        if value == nil, self[first] == nil { return }
        var child = self[first] ?? [:]
        child.set(path.dropFirst(), to: value)
        self[first] = child
    }

    /// The status condition of `type`.
    func condition(_ type: String) -> JSONValue? {
        at("status", "conditions")?.array?.first { $0["type"]?.string == type }
    }

    /// Sets a status condition; the transition time changes only with the
    /// condition's status.
    mutating func setCondition(
        _ type: String, _ status: String, reason: String? = nil, message: String? = nil,
        now: Moment
    ) {
        var conditions = at("status", "conditions")?.array ?? []
        let index = conditions.firstIndex { $0["type"]?.string == type }
        var condition: JSONValue = index.map { conditions[$0] } ?? ["type": .string(type)]
        if condition["status"]?.string != status {
            condition["lastTransitionTime"] = .string(now.text)
        }
        condition["status"] = .string(status)
        condition["reason"] = reason.map(JSONValue.string)
        condition["message"] = message.map(JSONValue.string)
        if let index { conditions[index] = condition } else { conditions.append(condition) }
        set("status", "conditions", to: .array(conditions))
    }

    /// Takes a status condition away.
    mutating func removeCondition(_ type: String) {
        let left = (at("status", "conditions")?.array ?? []).filter { $0["type"]?.string != type }
        set("status", "conditions", to: left.isEmpty ? nil : .array(left))
    }
}

import JSON

/// Strategic merge patch: a merge patch that knows which lists are maps.
///
/// The keys come from the `patchMergeKey` tags of the Kubernetes API types.
/// Lists that are not named here are atomic and replaced as a whole; so are
/// `taints` and `tolerations`, as on a real server.
enum StrategicPatch {
    /// A directive no server knows.
    struct Failure: Error {
        let message: String
    }

    /// Lists of objects, by the field that holds them, and the member that
    /// identifies an element.
    static let mergeKeys: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"],
        "volumes": ["name"], "env": ["name"], "imagePullSecrets": ["name"], "secrets": ["name"],
        "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"],
        // A container's ports and a Service's ports have different keys.
        "ports": ["containerPort", "port"],
        "conditions": ["type"], "addresses": ["type"], "ownerReferences": ["uid"],
        "hostAliases": ["ip"], "topologySpreadConstraints": ["topologyKey"],
    ]
    /// Lists of texts that are sets.
    private static let sets: Set<String> = ["finalizers", "podCIDRs"]

    /// `target` with `patch` applied.
    static func apply(_ patch: JSONValue, to target: JSONValue?) throws(Failure) -> JSONValue {
        guard var members = patch.object else { return patch }
        switch members.removeValue(forKey: "$patch")?.string {
        case nil, "merge": break
        case "replace": return .object(members)
        case "delete": return [:]
        case let other?: throw Failure(message: "unknown patch type: \(other)")
        }
        var result = target?.object ?? [:]
        if let kept = members.removeValue(forKey: "$retainKeys")?.array?.compactMap(\.string) {
            result = result.filter { kept.contains($0.key) }
        }
        var orders: [String: [JSONValue]] = [:]
        for (key, value) in members {
            if let field = suffix(of: key, behind: "$setElementOrder/") {
                orders[field] = value.array
            } else if let field = suffix(of: key, behind: "$deleteFromPrimitiveList/") {
                let dropped = value.array ?? []
                result[field] = .array(
                    (result[field]?.array ?? []).filter { !dropped.contains($0) })
            } else if key.hasPrefix("$") {
                throw Failure(message: "unknown directive \(key)")
            }
        }
        for (key, value) in members where !key.hasPrefix("$") {
            result[key] = try merged(value, into: result[key], field: key)
        }
        for (field, order) in orders {
            guard let list = result[field]?.array else { continue }
            result[field] = .array(sorted(list, by: order, field: field))
        }
        return .object(result)
    }

    private static func merged(
        _ patch: JSONValue, into target: JSONValue?, field: String
    ) throws(Failure) -> JSONValue? {
        switch patch {
        case .null: return nil
        case .object:
            // `$patch: delete` removes the whole member.
            if patch["$patch"]?.string == "delete" { return nil }
            return try apply(patch, to: target)
        case .array(let elements):
            return try mergedList(elements, into: target?.array ?? [], field: field)
        default: return patch
        }
    }

    private static func mergedList(
        _ patch: [JSONValue], into target: [JSONValue], field: String
    ) throws(Failure) -> JSONValue {
        if sets.contains(field) {
            return .array(target + patch.filter { !target.contains($0) })
        }
        guard let keys = mergeKeys[field], patch.allSatisfy({ $0.object != nil }) else {
            return .array(patch)
        }
        let isReplacement = patch.contains { $0 == ["$patch": "replace"] }
        var result = isReplacement ? [] : target
        for element in patch where element != ["$patch": "replace"] {
            guard let key = keys.first(where: { element[$0] != nil }) else {
                throw Failure(
                    message: "map: \(element.text) does not contain declared merge key: \(keys[0])")
            }
            let index = result.firstIndex { $0[key] == element[key] }
            if element["$patch"]?.string == "delete" {
                if let index { result.remove(at: index) }
            } else if let index {
                result[index] = try apply(element, to: result[index])
            } else {
                result.append(try apply(element, to: nil))
            }
        }
        return .array(result)
    }

    /// Elements named in `order` first, in its order; the others behind.
    private static func sorted(
        _ list: [JSONValue], by order: [JSONValue], field: String
    ) -> [JSONValue] {
        func rank(_ element: JSONValue) -> Int? {
            order.firstIndex { wanted in
                guard wanted.object != nil else { return wanted == element }
                return mergeKeys[field, default: []].contains {
                    wanted[$0] != nil && wanted[$0] == element[$0]
                }
            }
        }
        return list.enumerated().sorted { left, right in
            (rank(left.element) ?? Int.max, left.offset) < (
                rank(right.element) ?? Int.max, right.offset
            )
        }.map(\.element)
    }

    private static func suffix(of text: String, behind prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}

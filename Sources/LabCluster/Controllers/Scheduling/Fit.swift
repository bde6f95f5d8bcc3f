import JSON

/// What of a pod's specification a node alone can satisfy, and its claims.
enum Fit {
    /// `nodeSelector` and required node affinity of a pod's specification.
    static func matchesNode(_ podSpec: JSONValue, _ node: JSONValue) -> Bool {
        let wanted = podSpec["nodeSelector"]?.object ?? [:]
        guard wanted.allSatisfy({ node.labels[$0.key] == $0.value }) else { return false }
        return matches(
            podSpec.at(
                "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"), node)
    }

    /// A node selector: one of its terms has to match. None matches every node.
    static func matches(_ selector: JSONValue?, _ node: JSONValue) -> Bool {
        guard let terms = selector?["nodeSelectorTerms"]?.array else { return true }
        return terms.contains { matches(term: $0, node) }
    }

    /// One term of a node selector; an empty one matches nothing.
    static func matches(term: JSONValue, _ node: JSONValue) -> Bool {
        let fields = (term["matchFields"]?.array ?? []).allSatisfy { field in
            field["key"]?.string == "metadata.name"
                && field["values"]?.array?.contains(.string(node.name)) == true
        }
        let isEmpty = term["matchExpressions"] == nil && term["matchFields"] == nil
        guard !isEmpty, fields else { return false }
        var rest = term
        let bounds = (term["matchExpressions"]?.array ?? []).filter {
            ["Gt", "Lt"].contains($0["operator"]?.string)
        }
        if !bounds.isEmpty {
            rest["matchExpressions"] = .array(
                (term["matchExpressions"]?.array ?? []).filter { !bounds.contains($0) })
        }
        return bounds.allSatisfy { isWithin($0, node) }
            && LabelSelector(rest)?.matches(node.labels) == true
    }

    private static func isWithin(_ bound: JSONValue, _ node: JSONValue) -> Bool {
        guard let limit = Int(bound["values"]?[0]?.string ?? ""),
            let value = Int(node.labels[bound["key"]?.string ?? ""]?.string ?? "")
        else { return false }
        return bound["operator"] == "Gt" ? value > limit : value < limit
    }

    /// The claims of a pod that exist.
    static func claims(of pod: JSONValue, in world: World) -> [JSONValue] {
        claimNames(of: pod).compactMap { world.object(.persistentVolumeClaims, pod.namespace, $0) }
    }

    static func claimNames(of pod: JSONValue) -> [String] {
        (pod.at("spec", "volumes")?.array ?? []).compactMap {
            $0.at("persistentVolumeClaim", "claimName")?.string
        }
    }
}

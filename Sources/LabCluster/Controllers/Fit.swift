import JSON

/// Whether a pod may run on a node, and in the scheduler's words why not.
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
        return terms.contains { term in
            let fields = (term["matchFields"]?.array ?? []).allSatisfy { field in
                field["key"]?.string == "metadata.name"
                    && field["values"]?.array?.contains(.string(node.name)) == true
            }
            let isEmpty = term["matchExpressions"] == nil && term["matchFields"] == nil
            return !isEmpty && fields && LabelSelector(term)?.matches(node.labels) == true
        }
    }

    /// Why `pod` cannot go to `node`; nil if it can.
    static func objection(to pod: JSONValue, on node: JSONValue, in world: World) -> String? {
        let spec = pod["spec"] ?? [:]
        if let taint = Taint.untolerated(by: spec, on: node, effects: ["NoSchedule", "NoExecute"]) {
            if taint["key"]?.string == Taint.unschedulable { return "node(s) were unschedulable" }
            let key = taint["key"]?.string ?? ""
            let value = taint["value"]?.string ?? ""
            return "node(s) had untolerated taint {\(key): \(value)}"
        }
        let toleratesCordon = (spec["tolerations"]?.array ?? []).contains {
            Taint.tolerates($0, ["key": .string(Taint.unschedulable), "effect": "NoSchedule"])
        }
        if node.at("spec", "unschedulable")?.bool == true, !toleratesCordon {
            return "node(s) were unschedulable"
        }
        guard matchesNode(spec, node) else {
            return "node(s) didn't match Pod's node affinity/selector"
        }
        return claims(of: pod, in: world).contains { !isReachable($0, from: node, in: world) }
            ? "node(s) had volume node affinity conflict" : nil
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

    private static func isReachable(_ claim: JSONValue, from node: JSONValue, in world: World)
        -> Bool
    {
        let volume = claim.at("spec", "volumeName")?.string ?? ""
        guard volume.isEmpty else {
            let affinity = world.object(.persistentVolumes, nil, volume)?.at(
                "spec", "nodeAffinity", "required")
            return matches(affinity, node)
        }
        // An unbound claim may be pinned to a node by hand.
        let pinned = claim.annotations[Volumes.selectedNode]?.string
        return pinned == nil || pinned == node.name
    }
}

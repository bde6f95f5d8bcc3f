import JSON

/// Taints of nodes and what pods tolerate.
enum Taint {
    static let unreachable = "node.kubernetes.io/unreachable"
    static let notReady = "node.kubernetes.io/not-ready"
    static let outOfService = "node.kubernetes.io/out-of-service"
    static let unschedulable = "node.kubernetes.io/unschedulable"

    static func of(_ node: JSONValue) -> [JSONValue] { node.at("spec", "taints")?.array ?? [] }

    /// Whether `toleration` covers `taint`.
    static func tolerates(_ toleration: JSONValue, _ taint: JSONValue) -> Bool {
        let effect = toleration["effect"]?.string ?? ""
        guard effect.isEmpty || effect == taint["effect"]?.string else { return false }
        let key = toleration["key"]?.string ?? ""
        let exists = toleration["operator"]?.string == "Exists"
        guard !key.isEmpty else { return exists }
        guard key == taint["key"]?.string else { return false }
        return exists || (toleration["value"]?.string ?? "") == (taint["value"]?.string ?? "")
    }

    /// The first taint with one of `effects` the specification of a pod does
    /// not tolerate.
    static func untolerated(
        by podSpec: JSONValue, on node: JSONValue, effects: Set<String>
    ) -> JSONValue? {
        let tolerations = podSpec["tolerations"]?.array ?? []
        return of(node).first { taint in
            effects.contains(taint["effect"]?.string ?? "")
                && !tolerations.contains { tolerates($0, taint) }
        }
    }
}

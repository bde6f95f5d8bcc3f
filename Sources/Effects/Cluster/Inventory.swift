internal import Estates
internal import JSON
internal import RecoveryEngine

/// Declared nodes against live ones; pure.
enum Inventory {
    /// Holds when every node of the inventory is Ready with its version,
    /// labels and taints, and none is cordoned or out of service.
    static func compare(estate: Estate, cluster: String, live: [JSONValue]) -> Finding {
        var objections: [String] = []
        for name in estate.nodeNames(cluster: cluster) {
            guard let declared = estate.node(name) else { continue }
            guard let node = live.first(where: { $0.at("metadata", "name")?.string == name }) else {
                objections.append("\(name) is not there")
                continue
            }
            objections += differences(declared, node).map { "\(name) \($0)" }
        }
        return objections.isEmpty
            ? Finding(.holds, "every node is Ready as the inventory has it")
            : Finding(.fails, objections.joined(separator: "; "))
    }

    private static func differences(_ declared: JSONValue, _ node: JSONValue) -> [String] {
        var list: [String] = []
        let ready = node.at("status", "conditions")?.array?.first { $0["type"]?.string == "Ready" }
        if ready?["status"]?.string != "True" { list.append("is not Ready") }
        if node.at("spec", "unschedulable")?.bool == true { list.append("is cordoned") }
        if let version = declared["version"]?.string, version != "unknown",
            let actual = node.at("status", "nodeInfo", "kubeletVersion")?.string, actual != version
        {
            list.append("has version \(actual), not \(version)")
        }
        let labels = node.at("metadata", "labels")?.object ?? [:]
        for (key, value) in (declared["labels"]?.object ?? [:]).sorted(by: { $0.key < $1.key })
        where labels[key] != value {
            list.append("lacks the label \(key)=\(value.string ?? "")")
        }
        let taints = node.at("spec", "taints")?.array ?? []
        if taints.contains(where: { $0["key"]?.string == "node.kubernetes.io/out-of-service" }) {
            list.append("is marked out of service")
        }
        for taint in declared["taints"]?.array?.compactMap(\.string) ?? []
        where !taints.contains(where: { text($0) == taint }) {
            list.append("lacks the taint \(taint)")
        }
        return list
    }

    private static func text(_ taint: JSONValue) -> String {
        let value = taint["value"]?.string.map { "=\($0)" } ?? ""
        return "\(taint["key"]?.string ?? "")\(value):\(taint["effect"]?.string ?? "")"
    }
}

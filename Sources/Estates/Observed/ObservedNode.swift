internal import JSON

/// What is kept of a Node.
enum ObservedNode {
    static func seen(_ node: JSONValue) -> JSONValue {
        let info = node.at("status", "nodeInfo")
        let ready = node.at("status", "conditions")?.array?.first { $0["type"]?.string == "Ready" }
        var seen: JSONValue = [
            "ready": ready?["status"] ?? Estate.unknown,
            "labels": node.at("metadata", "labels") ?? [:],
            "taints": .array((node.at("spec", "taints")?.array ?? []).map { .string(taint($0)) }),
        ]
        for (key, field) in [
            ("version", "kubeletVersion"), ("operating-system", "osImage"),
            ("kernel", "kernelVersion"), ("container-runtime", "containerRuntimeVersion"),
            ("architecture", "architecture"),
        ] {
            seen[key] = info?[field]
        }
        for address in node.at("status", "addresses")?.array ?? [] {
            switch address["type"]?.string {
            case "InternalIP": seen["internal"] = address["address"]
            case "ExternalIP": seen["external"] = address["address"]
            default: break
            }
        }
        seen["pod-cidr"] = node.at("spec", "podCIDR")
        seen["cordoned"] = node.at("spec", "unschedulable")
        return seen
    }

    /// `key=value:effect`, as people write it.
    private static func taint(_ taint: JSONValue) -> String {
        let value = taint["value"]?.string.map { "=\($0)" } ?? ""
        return "\(taint["key"]?.string ?? "")\(value):\(taint["effect"]?.string ?? "")"
    }
}

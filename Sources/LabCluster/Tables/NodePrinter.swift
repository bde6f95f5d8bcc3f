import JSON

/// What `kubectl get nodes` shows.
enum NodePrinter {
    static let printer = Printer(
        [.name] + TableColumn.named("Status", "Roles", "Age", "Version")
            + TableColumn.wide(
                "Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime")
    ) { node, now in
        let info = node.at("status", "nodeInfo")
        return [
            .string(node.name), .string(state(node)), roles(node), Age.of(node, now),
            Cell.text(info?["kubeletVersion"], or: ""), address(node, "InternalIP"),
            address(node, "ExternalIP"), Cell.text(info?["osImage"], or: "<unknown>"),
            Cell.text(info?["kernelVersion"], or: "<unknown>"),
            Cell.text(info?["containerRuntimeVersion"], or: "<unknown>"),
        ]
    }

    private static func state(_ node: JSONValue) -> String {
        let ready = node.condition("Ready")
        let state = ready == nil ? "Unknown" : node.isReady ? "Ready" : "NotReady"
        return node.at("spec", "unschedulable")?.bool == true
            ? state + ",SchedulingDisabled" : state
    }

    private static func roles(_ node: JSONValue) -> JSONValue {
        let prefix = "node-role.kubernetes.io/"
        let roles = node.labels.compactMap { key, value -> String? in
            if key.hasPrefix(prefix), key != prefix { return String(key.dropFirst(prefix.count)) }
            let role = value.string ?? ""
            return key == "kubernetes.io/role" && !role.isEmpty ? role : nil
        }
        return roles.isEmpty ? Cell.none : .string(Set(roles).sorted().joined(separator: ","))
    }

    private static func address(_ node: JSONValue, _ type: String) -> JSONValue {
        let addresses = node.at("status", "addresses")?.array ?? []
        return Cell.text(addresses.first { $0["type"]?.string == type }?["address"])
    }
}

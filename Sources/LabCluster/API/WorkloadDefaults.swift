import JSON

/// Defaults that depend on other fields of the object.
enum WorkloadDefaults {
    static func apply(to object: inout JSONValue, _ resource: ResourceKey) {
        switch resource {
        case .deployments:
            rolling(&object, "strategy", ["maxSurge": "25%", "maxUnavailable": "25%"])
        case .daemonSets: rolling(&object, "updateStrategy", ["maxSurge": 0, "maxUnavailable": 1])
        case .statefulSets: rolling(&object, "updateStrategy", ["partition": 0])
        case .services: service(&object)
        default: break
        }
    }

    private static func rolling(
        _ object: inout JSONValue, _ field: String, _ defaults: JSONValue
    ) {
        if object.at("spec", field, "type") == nil {
            object.set("spec", field, "type", to: "RollingUpdate")
        }
        guard object.at("spec", field, "type") == "RollingUpdate" else { return }
        for (name, value) in defaults.object ?? [:]
        where object.at("spec", field, "rollingUpdate", name) == nil {
            object.set("spec", field, "rollingUpdate", name, to: value)
        }
    }

    private static func service(_ object: inout JSONValue) {
        let ports = (object.at("spec", "ports")?.array ?? []).map { port -> JSONValue in
            var port = port
            if port["protocol"] == nil { port["protocol"] = "TCP" }
            if port["targetPort"] == nil { port["targetPort"] = port["port"] }
            return port
        }
        if !ports.isEmpty { object.set("spec", "ports", to: .array(ports)) }
        guard object.at("spec", "type") != "ExternalName" else { return }
        if object.at("status", "loadBalancer") == nil {
            object.set("status", "loadBalancer", to: [:])
        }
    }
}

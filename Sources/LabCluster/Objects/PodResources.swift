import JSON

/// What a pod asks for.
enum PodResources {
    /// Sum over its containers of `requests` or `limits`, at least what its
    /// greediest init container needs.
    static func total(_ field: String, of podSpec: JSONValue) -> [String: Quantity] {
        var total = sum(podSpec["containers"], field)
        for container in podSpec["initContainers"]?.array ?? [] {
            for (name, amount) in amounts(container, field) {
                total[name] = max(total[name] ?? .zero, amount)
            }
        }
        return total
    }

    private static func sum(_ containers: JSONValue?, _ field: String) -> [String: Quantity] {
        (containers?.array ?? []).reduce(into: [:]) { total, container in
            total.merge(amounts(container, field), uniquingKeysWith: +)
        }
    }

    private static func amounts(_ container: JSONValue, _ field: String) -> [String: Quantity] {
        (container.at("resources", field)?.object ?? [:]).compactMapValues { Quantity($0) }
    }

    /// Guaranteed needs processor *and* memory limits equal to the requests in
    /// every container; without any request or limit a pod is BestEffort.
    static func qualityClass(of podSpec: JSONValue) -> String {
        let containers =
            (podSpec["containers"]?.array ?? []) + (podSpec["initContainers"]?.array ?? [])
        let all = containers.map { (amounts($0, "requests"), amounts($0, "limits")) }
        let names = ["cpu", "memory"]
        if all.allSatisfy({ pair in names.allSatisfy { pair.0[$0] == nil && pair.1[$0] == nil } }) {
            return "BestEffort"
        }
        let isGuaranteed = all.allSatisfy { requests, limits in
            names.allSatisfy { limits[$0] != nil && (requests[$0] ?? limits[$0]) == limits[$0] }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }
}

import JSON

/// The resource quotas of a world: what is used, and whether one more object
/// may come. A value, so that a controller's round counts what it has made
/// itself.
///
/// Quota is enforced when an object is made, so a workload over its quota has
/// no pod at all. Quotas with scopes are not simulated and limit nothing.
struct QuotaLedger {
    private var quotas: [String: [(name: String, hard: [String: Quantity])]] = [:]
    private var used: [String: [String: Quantity]] = [:]
    private let world: World

    init(_ world: World) {
        self.world = world
        for quota in world.all(.resourceQuotas) where Self.isSimulated(quota) {
            let hard = (quota.at("spec", "hard")?.object ?? [:]).compactMapValues { Quantity($0) }
            quotas[quota.namespace, default: []].append((quota.name, hard))
        }
    }

    static func isSimulated(_ quota: JSONValue) -> Bool {
        quota.at("spec", "scopes") == nil && quota.at("spec", "scopeSelector") == nil
    }

    /// Counts `object` in; refuses it as the API does.
    mutating func admit(_ object: JSONValue) throws(StatusError) {
        guard let key = object.key, let limits = quotas[key.namespace] else { return }
        let wanted = Self.usage(of: object)
        guard !wanted.isEmpty else { return }
        var current = used[key.namespace] ?? Self.usage(in: key.namespace, of: world)
        for limit in limits {
            try Self.check(object, key, wanted, current, limit.name, limit.hard)
        }
        current.merge(wanted, uniquingKeysWith: +)
        used[key.namespace] = current
    }

    private static func check(
        _ object: JSONValue, _ key: ObjectKey, _ wanted: [String: Quantity],
        _ used: [String: Quantity], _ quota: String, _ hard: [String: Quantity]
    ) throws(StatusError) {
        if key.resource == .pods {
            let needed = hard.keys.filter { compute.contains($0) && wanted[$0] == nil }.sorted()
            let containers = (object.at("spec", "containers")?.array ?? [])
                .compactMap { $0["name"]?.string }.joined(separator: ",")
            guard needed.isEmpty else {
                let list = needed.map { "\($0) for: \(containers)" }.joined(separator: "; ")
                throw .forbidden(key, "failed quota: \(quota): must specify \(list)")
            }
        }
        let exceeded = hard.keys.filter { name in
            guard let more = wanted[name], let limit = hard[name] else { return false }
            return (used[name] ?? .zero) + more > limit
        }.sorted()
        guard !exceeded.isEmpty else { return }
        func list(_ amounts: [String: Quantity]) -> String {
            exceeded.map { "\($0)=\((amounts[$0] ?? .zero).text)" }.joined(separator: ",")
        }
        throw .forbidden(
            key,
            """
            exceeded quota: \(quota), requested: \(list(wanted)), used: \(list(used)), \
            limited: \(list(hard))
            """)
    }

    private static let compute: Set = [
        "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory",
    ]

    /// What all objects of a namespace use.
    static func usage(in namespace: String, of world: World) -> [String: Quantity] {
        world.tables.values.reduce(into: [:]) { total, table in
            for (key, object) in table where key.namespace == namespace {
                total.merge(usage(of: object), uniquingKeysWith: +)
            }
        }
    }

    /// What one object uses of each resource a quota can name.
    private static func usage(of object: JSONValue) -> [String: Quantity] {
        guard let key = object.key else { return [:] }
        var usage: [String: Quantity] = ["count/\(key.resource)": Quantity(1)]
        let countable: [ResourceKey] = [
            .services, .secrets, .configMaps, .persistentVolumeClaims, .resourceQuotas,
        ]
        if countable.contains(key.resource) { usage[key.resource.name] = Quantity(1) }
        if key.resource == .persistentVolumeClaims {
            usage["requests.storage"] = Quantity(
                object.at("spec", "resources", "requests", "storage"))
        }
        guard key.resource == .pods else { return usage }
        // An ended pod uses nothing any more, except that it exists.
        guard object.phase != "Succeeded", object.phase != "Failed" else { return usage }
        usage["pods"] = Quantity(1)
        for field in ["requests", "limits"] {
            for (name, amount) in PodResources.total(field, of: object["spec"] ?? [:]) {
                usage["\(field).\(name)"] = amount
                if field == "requests" { usage[name] = amount }
            }
        }
        return usage
    }
}

extension StatusError {
    static func forbidden(_ key: ObjectKey, _ why: String) -> StatusError {
        var details: JSONValue = ["name": .string(key.name), "kind": .string(key.resource.name)]
        if !key.resource.group.isEmpty { details["group"] = .string(key.resource.group) }
        return StatusError(
            code: 403, reason: "Forbidden",
            message: "\(key.resource) \"\(key.name)\" is forbidden: \(why)", details: details)
    }
}

import JSON

/// The documents that tell kubectl which resources there are.
struct Discovery: Sendable {
    /// What the cluster serves, in the order to tell it.
    let types: [ResourceType]

    /// Its groups in that order, the core group first.
    private var groupNames: [String] {
        types.map(\.key.group).reduce(into: []) { groups, group in
            if !groups.contains(group) { groups.append(group) }
        }
    }

    /// Media type of the aggregated documents kubectl 1.26 and later asks for.
    static let aggregatedType =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

    /// `/api` for clients before 1.26.
    static func coreVersions(server: String) -> JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [
                ["clientCIDR": "0.0.0.0/0", "serverAddress": .string(server)]
            ],
        ]
    }

    /// `/apis` for clients before 1.26.
    var groups: JSONValue {
        let groups = groupNames.filter { !$0.isEmpty }.map { group -> JSONValue in
            let version = version(of: group)
            let named: JSONValue = [
                "groupVersion": .string("\(group)/\(version)"), "version": .string(version),
            ]
            return ["name": .string(group), "versions": [named], "preferredVersion": named]
        }
        return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups)]
    }

    /// `/api` (core) or `/apis` (every other group) in aggregated form.
    func aggregated(core: Bool) -> JSONValue {
        let items = groupNames.filter { $0.isEmpty == core }.map { group -> JSONValue in
            let resources = types.filter { $0.key.group == group }.map(Self.aggregated)
            return [
                "metadata": core
                    ? ["creationTimestamp": .null]
                    : ["name": .string(group), "creationTimestamp": .null],
                "versions": [
                    [
                        "version": .string(version(of: group)), "resources": .array(resources),
                        "freshness": "Current",
                    ]
                ],
            ]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
            "metadata": [:], "items": .array(items),
        ]
    }

    /// `/api/v1` or `/apis/<group>/<version>`; nil if there is no such group.
    func resources(group: String, version: String) -> JSONValue? {
        let types = types.filter { $0.key.group == group && $0.version == version }
        guard !types.isEmpty else { return nil }
        var list: JSONValue = [
            "kind": "APIResourceList", "groupVersion": .string(types[0].apiVersion),
            "resources": .array(types.flatMap(Self.plain)),
        ]
        if !group.isEmpty { list["apiVersion"] = "v1" }
        return list
    }

    private func version(of group: String) -> String {
        types.first { $0.key.group == group }?.version ?? "v1"
    }

    private static func strings(_ list: [String]) -> JSONValue? {
        list.isEmpty ? nil : .array(list.map(JSONValue.string))
    }

    private static func plain(_ type: ResourceType) -> [JSONValue] {
        var resource: JSONValue = [
            "name": .string(type.key.name), "singularName": .string(type.singular),
            "namespaced": .bool(type.isNamespaced), "kind": .string(type.kind),
            "verbs": .array(type.verbs.map(JSONValue.string)),
        ]
        resource["shortNames"] = strings(type.shortNames)
        resource["categories"] = strings(type.categories)
        return [resource] + type.subresources.map { plain($0, of: type) }
    }

    private static func plain(_ subresource: String, of type: ResourceType) -> JSONValue {
        let (group, version, kind, verbs) = facts(subresource, of: type)
        var resource: JSONValue = [
            "name": .string("\(type.key.name)/\(subresource)"), "singularName": "",
            "namespaced": .bool(type.isNamespaced), "kind": .string(kind), "verbs": verbs,
        ]
        if subresource != "status" {
            resource["group"] = .string(group)
            resource["version"] = .string(version)
        }
        return resource
    }

    private static func aggregated(_ type: ResourceType) -> JSONValue {
        var resource: JSONValue = [
            "resource": .string(type.key.name), "singularResource": .string(type.singular),
            "responseKind": [
                "group": .string(type.key.group), "version": .string(type.version),
                "kind": .string(type.kind),
            ],
            "scope": type.isNamespaced ? "Namespaced" : "Cluster",
            "verbs": .array(type.verbs.map(JSONValue.string)),
        ]
        resource["shortNames"] = strings(type.shortNames)
        resource["categories"] = strings(type.categories)
        if !type.subresources.isEmpty {
            resource["subresources"] = .array(
                type.subresources.map { subresource in
                    let (group, version, kind, verbs) = facts(subresource, of: type)
                    return [
                        "subresource": .string(subresource), "verbs": verbs,
                        "responseKind": [
                            "group": .string(group), "version": .string(version),
                            "kind": .string(kind),
                        ],
                    ]
                })
        }
        return resource
    }

    private static func facts(
        _ subresource: String, of type: ResourceType
    ) -> (group: String, version: String, kind: String, verbs: JSONValue) {
        switch subresource {
        case "scale": ("autoscaling", "v1", "Scale", ["get", "patch", "update"])
        case "eviction": ("policy", "v1", "Eviction", ["create"])
        default: (type.key.group, type.version, type.kind, ["get", "patch", "update"])
        }
    }
}

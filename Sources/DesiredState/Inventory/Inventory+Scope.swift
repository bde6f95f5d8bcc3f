internal import JSON

/// Which objects lie in a namespace.
extension Inventory {
    /// Whether the kinds that are defined here lie in none, as `Kind.group`.
    var scopes: [String: Bool] {
        var scopes: [String: Bool] = [:]
        for object in objects where object.name.kind == "CustomResourceDefinition" {
            guard let spec = object.manifest["spec"], let group = spec["group"]?.string,
                let kind = spec.at("names", "kind")?.string
            else { continue }
            scopes["\(kind).\(group)"] = spec["scope"] == "Cluster"
        }
        return scopes
    }

    /// The same with objects of kinds nobody knows, whose definition a chart
    /// brings, where a cluster has them: without a namespace, if `seen` has them so.
    func placed(as seen: Set<ObjectName>) -> Inventory {
        var placed = self
        let scopes = scopes
        for index in objects.indices {
            let name = objects[index].name, bare = name.placed(in: "")
            guard !Kinds.builtIn.contains(name.group), scopes["\(name.kind).\(name.group)"] == nil,
                !seen.contains(name), seen.contains(bare)
            else { continue }
            placed.objects[index].name = bare
        }
        return placed
    }
}

import JSON

/// k3s's deploy controller: files of `server/manifests` become objects, each
/// file an AddOn that remembers its checksum. What a file no longer has, and
/// everything of a disabled component, is deleted.
struct AddonController: Controller {
    static let owner = "objectset.rio.cattle.io/owner-name"
    let folder: AddonFolder

    func prepare() { folder.look() }

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let definitions = ResourceType.all.filter {
            ["k3s.cattle.io", "helm.cattle.io"].contains($0.key.group)
                && world.object(.definitions, nil, $0.definitionName) == nil
        }.map { Write.put(ResourceDefinition.object(of: $0)) }
        return definitions + folder.pending.flatMap { apply($0, world, now) }
            + folder.disabled.sorted().flatMap { removed($0, world, now) }
    }

    private func apply(_ addon: AddonFolder.Addon, _ world: World, _ now: Moment) -> [Write] {
        defer { folder.applied(addon) }
        let wanted = addon.objects.map { owned($0, by: addon.name) }
        let keys = Set(wanted.compactMap(\.key))
        let stale = objects(of: addon.name, world)
            .filter { $0.key.map { !keys.contains($0) } ?? false }
        let record: JSONValue = [
            "apiVersion": "k3s.cattle.io/v1", "kind": "Addon",
            "metadata": ["name": .string(addon.name), "namespace": "kube-system"],
            "spec": ["source": .string(addon.path), "checksum": .string(addon.checksum)],
        ]
        return (wanted + [record]).map { Applied.write($0, in: world) }
            + stale.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
    }

    private func removed(_ name: String, _ world: World, _ now: Moment) -> [Write] {
        guard let record = world.object(.addons, "kube-system", name) else { return [] }
        return (objects(of: name, world) + [record])
            .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
    }

    private func owned(_ object: JSONValue, by addon: String) -> JSONValue {
        var object = object
        let notes: [(String, String)] = [
            ("objectset.rio.cattle.io/id", ""),
            ("objectset.rio.cattle.io/owner-gvk", "k3s.cattle.io/v1, Kind=Addon"),
            (Self.owner, addon), ("objectset.rio.cattle.io/owner-namespace", "kube-system"),
        ]
        for (name, value) in notes {
            object.set("metadata", "annotations", name, to: .string(value))
        }
        object.set(
            "metadata", "labels", "objectset.rio.cattle.io/hash",
            to: .string(Naming.suffix(addon, length: 20)))
        return object
    }

    private func objects(of addon: String, _ world: World) -> [JSONValue] {
        let hash = JSONValue.string(Naming.suffix(addon, length: 20))
        return world.tables.values.flatMap(\.values).filter {
            $0.labels["objectset.rio.cattle.io/hash"] == hash
                && $0.annotations[Self.owner]?.string == addon
        }.sorted { $0.name < $1.name }
    }
}

/// What an apply writes: what the manifest says over what there is.
enum Applied {
    static func write(_ object: JSONValue, in world: World) -> Write {
        guard let key = object.key, var old = world[key] else {
            return .put(Applied.created(object))
        }
        let spec = old["spec"]
        var wanted = object
        // A list is taken whole: ports without their defaults would lose them.
        if key.resource == .services { WorkloadDefaults.apply(to: &wanted, key.resource) }
        old = MergePatch.apply(wanted, to: old)
        if old["spec"] != spec, let generation = old.at("metadata", "generation")?.int {
            old.set("metadata", "generation", to: .int(generation + 1))
        }
        return .put(old)
    }

    /// With the defaults the API would set.
    private static func created(_ object: JSONValue) -> JSONValue {
        guard let key = object.key, let type = ResourceType.of(key.resource) else { return object }
        // The manifests are the lab's own: what admission refuses is left as it is.
        return (try? Admission(tolerationSeconds: 300).created(object, type, now: .now)) ?? object
    }
}

import JSON

/// What a Kustomization applied, as its status lists it.
struct FluxInventory: Sendable {
    let keys: [ObjectKey]
    private let entries: [JSONValue]

    /// Of the manifests just applied: `<namespace>_<name>_<group>_<kind>`.
    init(_ manifests: [JSONValue]) {
        keys = manifests.compactMap(\.key)
        entries = manifests.map { manifest in
            let version = (manifest["apiVersion"]?.string ?? "").split(separator: "/")
            let group = version.count > 1 ? String(version[0]) : ""
            return [
                "id": .string(
                    "\(manifest.namespace)_\(manifest.name)_\(group)_\(manifest.kind)"),
                "v": .string(String(version.last ?? "")),
            ]
        }
    }

    /// Of the last pass.
    init(_ kustomization: JSONValue) {
        entries = kustomization.at("status", "inventory", "entries")?.array ?? []
        keys = entries.compactMap { entry in
            let parts = (entry["id"]?.string ?? "").split(
                separator: "_", omittingEmptySubsequences: false
            ).map(String.init)
            guard parts.count == 4, let version = entry["v"]?.string else { return nil }
            let object: JSONValue = [
                "apiVersion": .string(parts[2].isEmpty ? version : "\(parts[2])/\(version)"),
                "kind": .string(parts[3]),
                "metadata": ["name": .string(parts[1]), "namespace": .string(parts[0])],
            ]
            return object.key
        }
    }

    /// `status.inventory`.
    var json: JSONValue { ["entries": .array(entries)] }
}

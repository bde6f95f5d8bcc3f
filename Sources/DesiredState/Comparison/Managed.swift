public import JSON

/// An object that GitOps calls its own, by what the cluster says.
public struct Managed: Hashable, Sendable {
    public let name: ObjectName
    /// `Application argocd/web`, as in the inventory.
    public let bringer: String
    /// Whether the object itself refuses to be pruned.
    public let isKept: Bool

    /// The label by which Fleet says which repository something is of.
    public static let repository = "fleet.cattle.io/repo-name"

    /// Everything the live objects of an engine say they brought.
    public static func all(in live: [JSONValue]) -> [Managed] {
        var kept: Set<ObjectName> = []
        for object in live where refusesPruning(object) {
            if let name = ObjectName(object) { kept.insert(name) }
        }
        return live.flatMap { object -> [Managed] in
            guard let name = ObjectName(object) else { return [] }
            var title = "\(name.kind) \(name.namespace)/\(name.name)"
            let names: [ObjectName]
            switch (name.group, name.kind) {
            case ("argoproj.io", "Application"):
                names = (object.at("status", "resources")?.array ?? []).compactMap(row)
            case ("kustomize.toolkit.fluxcd.io", "Kustomization"):
                let entries = object.at("status", "inventory", "entries")?.array ?? []
                names = entries.compactMap { $0["id"]?.string }.compactMap(entry)
            case ("fleet.cattle.io", "BundleDeployment"):
                let label = { (name: String) in object.at("metadata", "labels")?[name]?.string }
                if let repository = label(Self.repository) {
                    let home = label("fleet.cattle.io/bundle-namespace") ?? name.namespace
                    title = "GitRepo \(home)/\(repository)"
                }
                names = (object.at("status", "resources")?.array ?? []).compactMap(bundled)
            default: return []
            }
            return names.map { Managed(name: $0, bringer: title, isKept: kept.contains($0)) }
        }
    }

    /// Whether the object says that it shall stay when Git no longer has it.
    static func refusesPruning(_ object: JSONValue) -> Bool {
        let notes = object.at("metadata", "annotations")
        let labels = object.at("metadata", "labels")
        let options = notes?["argocd.argoproj.io/sync-options"]?.string ?? ""
        let flux = "kustomize.toolkit.fluxcd.io/prune"
        return options.split { ", ".contains($0) }.contains("Prune=false")
            || (notes?[flux] ?? labels?[flux])?.string?.lowercased() == "disabled"
            || notes?["helm.sh/resource-policy"]?.string == "keep"
    }

    /// A row of Argo CD's.
    private static func row(_ row: JSONValue) -> ObjectName? {
        guard let kind = row["kind"]?.string, let name = row["name"]?.string else { return nil }
        return ObjectName(
            group: row["group"]?.string ?? "", kind: kind,
            namespace: row["namespace"]?.string ?? "", name: name)
    }

    /// Flux's `namespace_name_group_kind`; a colon in a name stands as two underlines.
    private static func entry(_ id: String) -> ObjectName? {
        let parts = id.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, let kind = parts.last else { return nil }
        let name = parts[1...(parts.count - 3)].joined(separator: "_").replacing("__", with: ":")
        return ObjectName(
            group: parts[parts.count - 2], kind: kind, namespace: parts[0], name: name)
    }

    /// A row of Fleet's.
    private static func bundled(_ row: JSONValue) -> ObjectName? {
        guard let kind = row["kind"]?.string, let name = row["name"]?.string else { return nil }
        return ObjectName(
            group: ObjectName.group(of: row["apiVersion"]?.string ?? ""), kind: kind,
            namespace: row["namespace"]?.string ?? "", name: name)
    }
}

public import JSON

/// An object that GitOps calls its own, by what the cluster says.
public struct Managed: Hashable, Sendable {
    public let name: ObjectName
    /// `Application argocd/web`, as in the inventory.
    public let bringer: String
    /// Whether the object itself refuses to be pruned by its bringer.
    public let isKept: Bool
    /// The bringer itself, which may be somebody's object as well.
    let owner: ObjectName
    /// The ApplicationSet that makes the bringer, which Git has only as a template.
    let maker: ObjectName?
    /// Whether it goes when its bringer is deleted; nil where that is not told.
    let goesAlong: Bool?
    /// Whether its bringer has rendered the commit in question, and says that this is
    /// not in it.
    let isToGo: Bool

    /// The label by which Fleet says which repository something is of.
    public static let repository = "fleet.cattle.io/repo-name"

    /// Everything the live objects of an engine say they brought.
    ///
    /// - Parameter commit: the commit it is compared with.
    public static func all(in live: [JSONValue], at commit: String = "") -> [Managed] {
        let present = Dictionary(
            live.compactMap { object in ObjectName(object).map { ($0, object) } },
            uniquingKeysWith: { first, _ in first })
        return live.flatMap { object -> [Managed] in
            guard let owner = ObjectName(object) else { return [] }
            var title = "\(owner.kind) \(owner.namespace)/\(owner.name)"
            let names: [ObjectName]
            var cascades: Bool?
            var leaving: Set<ObjectName> = []
            switch (owner.group, owner.kind) {
            case ("argoproj.io", "Application"):
                names = (object.at("status", "resources")?.array ?? []).compactMap(row)
                cascades = isCascading(object)
                leaving = toPrune(object, at: commit)
            case ("kustomize.toolkit.fluxcd.io", "Kustomization"):
                let entries = object.at("status", "inventory", "entries")?.array ?? []
                names = entries.compactMap { $0["id"]?.string }.compactMap(entry)
            case ("fleet.cattle.io", "BundleDeployment"):
                let label = { (name: String) in object.at("metadata", "labels")?[name]?.string }
                if let repository = label(Self.repository) {
                    let home = label("fleet.cattle.io/bundle-namespace") ?? owner.namespace
                    title = "GitRepo \(home)/\(repository)"
                }
                names = (object.at("status", "resources")?.array ?? []).compactMap(bundled)
            default: return []
            }
            return names.map { name in
                let own = present[name]
                return Managed(
                    name: name, bringer: title,
                    isKept: own.map { refusesPruning($0, by: title) } ?? false,
                    owner: owner, maker: maker(object),
                    goesAlong: cascades.map { $0 && !survives(name, own) },
                    isToGo: leaving.contains(name))
            }
        }
    }

    // MARK: what an object says of itself

    /// Whether the object says that it shall stay when Git no longer has it. Each
    /// engine heeds its own words only: Argo CD prunes what Helm would keep.
    static func refusesPruning(_ object: JSONValue, by bringer: String) -> Bool {
        switch bringer.prefix(while: { $0 != " " }) {
        case "Application": hasOption("Prune=false", object)
        case "Kustomization": isDisabled(object)
        default: isHelmsToKeep(object)
        }
    }

    private static func hasOption(_ option: String, _ object: JSONValue) -> Bool {
        let options = object.at("metadata", "annotations", "argocd.argoproj.io/sync-options")
        return (options?.string ?? "").split { ", ".contains($0) }.contains { $0 == option }
    }

    private static func isDisabled(_ object: JSONValue) -> Bool {
        let word = "kustomize.toolkit.fluxcd.io/prune"
        let mark =
            object.at("metadata", "annotations", word) ?? object.at("metadata", "labels", word)
        return mark?.string?.lowercased() == "disabled"
    }

    private static func isHelmsToKeep(_ object: JSONValue) -> Bool {
        object.at("metadata", "annotations", "helm.sh/resource-policy")?.string == "keep"
    }

    private static func maker(_ application: JSONValue) -> ObjectName? {
        let owners = application.at("metadata", "ownerReferences")?.array ?? []
        let set = owners.first { $0["kind"]?.string == "ApplicationSet" }
        return set?["name"]?.string.map {
            ObjectName(
                group: "argoproj.io", kind: "ApplicationSet",
                namespace: application.at("metadata", "namespace")?.string ?? "", name: $0)
        }
    }

    /// Whether Argo CD deletes what the Application brought along with it.
    private static func isCascading(_ application: JSONValue) -> Bool {
        (application.at("metadata", "finalizers")?.array ?? []).contains {
            ($0.string ?? "").hasPrefix("resources-finalizer.argocd.argoproj.io")
        }
    }

    /// Whether it outlives the Application that brought it; that it is not to be
    /// pruned does not count there.
    private static func survives(_ name: ObjectName, _ object: JSONValue?) -> Bool {
        name.kind == "CustomResourceDefinition"
            || object.map { hasOption("Delete=false", $0) || isHelmsToKeep($0) } == true
    }

    // MARK: the engines' own lists

    /// What an Application that has looked at `commit` would prune there.
    private static func toPrune(_ application: JSONValue, at commit: String) -> Set<ObjectName> {
        let status = application["status"]
        guard status?.at("sync", "revision")?.string == commit else { return [] }
        let rows = status?["resources"]?.array ?? []
        // A hook is in no manifest that is compared, and is never pruned.
        return Set(
            rows.filter { $0["requiresPruning"] == true && $0["hook"] != true }.compactMap(row))
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

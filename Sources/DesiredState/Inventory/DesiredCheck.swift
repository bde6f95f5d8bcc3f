internal import Estates
internal import JSON

/// Looks for what would refuse a pin or surprise a responder. Pure.
public struct DesiredCheck: Sendable {
    /// What the estate says and Git does not.
    public struct Setting: Hashable, Sendable {
        /// `argocd`, `flux`, `fleet`; empty where nobody says.
        public var engine = ""
        public var distribution = ""
        /// Classes the cluster is declared to have.
        public var storageClasses: Set<String> = []
        /// Names of the registry that lives in the cluster.
        public var registries: Set<String> = []
        /// Whether a backup of the sealing keys is declared, with its place.
        public var hasSealingKeys = false

        public init() {}
    }

    let inventory: Inventory
    let setting: Setting

    public init(_ inventory: Inventory, _ setting: Setting) {
        self.inventory = inventory
        self.setting = setting
    }

    /// The worst first, then by subject.
    public var findings: [DesiredFinding] {
        let all =
            faults + emptiness + images + seals + secrets + storage + kinds + pruning + pins
            + doubles
            + suspensions + parts
        let order = EstateFinding.Weight.allCases
        return all.sorted { left, right in
            (order.firstIndex(of: left.weight) ?? 0, left.code, left.subject)
                < (order.firstIndex(of: right.weight) ?? 0, right.code, right.subject)
        }
    }

    private var faults: [DesiredFinding] {
        inventory.faults.map { fault in
            DesiredFinding(
                fault.code, .blocks, "\(fault.file):\(fault.line)", fault.reason,
                next: "mend the file; a commit with it is not pinned")
        }
    }

    private var emptiness: [DesiredFinding] {
        inventory.bringers.filter { $0.unrendered == nil }.compactMap { bringer in
            let isAbsent = inventory.absent.contains(bringer.path)
            let isEmpty = !inventory.wanted.contains { $0.bringers.contains(bringer.name) }
            guard isAbsent || (isEmpty && !inventory.computed.contains(bringer.name)) else {
                return nil
            }
            let what = isAbsent ? "is not in the commit" : "holds no object"
            let danger =
                bringer.allowsEmpty && bringer.prunes != false
                ? "; nothing keeps it from deleting all it brought before" : ""
            return DesiredFinding(
                "DS-EMPTY", .blocks, bringer.name,
                "its folder '\(bringer.path)' \(what)\(danger)",
                next: "compare with the commit before; put the folder back, or delete "
                    + "\(bringer.name) on purpose")
        }
    }

    private var images: [DesiredFinding] {
        let own = inventory.ownHosts
        return inventory.images.compactMap { image in
            let registry = image.registry
            let host = String(registry.prefix { $0 != ":" })
            let isService = host.hasSuffix(".svc") || host.contains(".svc.")
            let holder = own[host] ?? own[registry]
            guard isService || holder != nil || setting.registries.contains(host) else {
                return nil
            }
            let place = holder.map { " (\($0))" } ?? ""
            return DesiredFinding(
                "DS-REGISTRY", .matters, image.reference,
                "it comes from \(registry)\(place), which lives in this cluster; needed by "
                    + image.users.map(\.description).joined(separator: ", "),
                next: "keep it elsewhere too: with the cluster gone nobody can pull it")
        }
    }

    private var secrets: [DesiredFinding] {
        inventory.secretsNamed.filter { !$0.isMade }.map { secret in
            DesiredFinding(
                "DS-SECRET", .note, secret.name.description,
                "no manifest makes it" + perhaps + "; named by \(Self.list(secret.users))",
                next: "know who puts it there in a new cluster, before GitOps is let go")
        }
    }

    private var seals: [DesiredFinding] {
        guard !inventory.sealed.isEmpty, !setting.hasSealingKeys else { return [] }
        return [
            DesiredFinding(
                "DS-SEALED", .blocks, "\(inventory.sealed.count) SealedSecrets",
                "the estate declares no backup of the sealing keys with its place; in a new "
                    + "cluster nobody can open \(inventory.sealed[0].name)",
                next: "back the keys up, and say where under backups in estate.yaml")
        ]
    }

    private var storage: [DesiredFinding] {
        let known = inventory.storageClassesDefined.union(setting.storageClasses)
            .union(Kinds.storageClasses(of: setting.distribution))
        return inventory.storageClassesUsed.filter { !known.contains($0.key) }.map { name, users in
            DesiredFinding(
                "DS-STORAGE", .matters, name,
                "no manifest defines this storage class and the estate does not declare it"
                    + perhaps + "; asked for by \(Self.list(users))",
                next: "add it to the manifests, or to storage-classes in estate.yaml")
        }
    }

    private var kinds: [DesiredFinding] {
        let brought = Kinds.brought(by: setting.distribution)
            .union(Kinds.brought(by: setting.engine))
        return inventory.undefinedKinds(brought: brought).map { kind, users in
            DesiredFinding(
                "DS-KINDS", .matters, kind,
                "no manifest defines this kind" + perhaps + "; used by \(Self.list(users))",
                next: "know what installs its definition, and that it comes first")
        }
    }

    /// Charts bring what this tool does not see.
    private var perhaps: String {
        inventory.unrendered.isEmpty ? "" : " (a part that is computed may)"
    }

    private var pruning: [DesiredFinding] {
        let pruning = Set(inventory.bringers.filter { $0.prunes == true }.map(\.name))
        let kept = inventory.wanted.filter { object in
            ["PersistentVolumeClaim", "Namespace", "CustomResourceDefinition"]
                .contains(object.name.kind)
                && object.bringers.contains {
                    pruning.contains($0) && !Managed.refusesPruning(object.manifest, by: $0)
                }
        }
        var found = kept.map { object in
            DesiredFinding(
                "DS-PRUNE", .matters, object.name.description,
                "pruning is on for \(object.bringers.filter(pruning.contains).joined(separator: ", "))"
                    + ": leaving Git deletes it, and everything it holds",
                next: "mark it: argocd.argoproj.io/sync-options: Prune=false, or "
                    + "kustomize.toolkit.fluxcd.io/prune: disabled")
        }
        for bringer in inventory.bringers where bringer.prunes == true && bringer.allowsEmpty {
            guard bringer.name.hasPrefix("Application ") else { continue }
            found.append(
                DesiredFinding(
                    "DS-ALLOWEMPTY", .blocks, bringer.name,
                    "it prunes and allowEmpty is set: a folder that renders nothing deletes all",
                    next: "take allowEmpty away"))
        }
        return found
    }

    private var pins: [DesiredFinding] {
        var found: [DesiredFinding] = []
        for object in inventory.wanted {
            let spec = object.manifest["spec"]
            let revision = spec?.at("source", "targetRevision")?.string ?? ""
            if object.name.kind == "Application", object.name.group == "argoproj.io",
                !CommitName.isWhole(revision)
            {
                found.append(
                    DesiredFinding(
                        "DS-CHILD", .note, object.name.description,
                        "it follows '\(revision.isEmpty ? "HEAD" : revision)' whatever its root is "
                            + "pinned to",
                        next: "pin each child as well, or freeze the branch"))
            }
            if object.name.kind == "GitRepository", spec?.at("ref", "commit") == nil {
                found.append(
                    DesiredFinding(
                        "DS-UNPIN", .note, object.name.description,
                        "whoever applies this object takes the pin of the live one away",
                        next: "keep the root suspended until the end"))
            }
            let finalizers = object.manifest.at("metadata", "finalizers")?.array ?? []
            if finalizers.contains("resources-finalizer.argocd.argoproj.io") {
                found.append(
                    DesiredFinding(
                        "DS-FINALIZER", .note, object.name.description,
                        "deleting this Application deletes its workloads and their claims",
                        next: "never delete and make it again to mend it"))
            }
        }
        return found
    }

    private var suspensions: [DesiredFinding] {
        inventory.suspendedByGit.map { object in
            DesiredFinding(
                "DS-SUSPEND", .note, object.name.description,
                "Git suspends it; a freeze refuses to begin beside a suspension that is not its own",
                next: "let it go before a freeze, or delete it")
        }
            + inventory.letGoByGit.map { name in
                DesiredFinding(
                    "DS-SUSPEND", .matters, name,
                    "Git says suspend: false, so a hand-back cannot hold it: it goes on before "
                        + "its turn, and deletes",
                    next: "leave suspend out of its manifest")
            }
    }

    private var doubles: [DesiredFinding] {
        let plain = inventory.objects.filter { $0.standing == .plain }
        let twice = Dictionary(grouping: plain, by: \.name).filter { $0.value.count > 1 }
        return twice.map { name, list in
            DesiredFinding(
                "DS-TWICE", .matters, name.description,
                "it stands in "
                    + list.map { "\($0.file):\($0.line)" }.joined(separator: " and in "),
                next: "keep one of them")
        }
    }

    private var parts: [DesiredFinding] {
        inventory.unrendered.map { part in
            DesiredFinding(
                "DS-RENDER", .note, part.place, "\(part.form), not rendered here: \(part.why)")
        }
    }

    private static func list(_ names: [ObjectName]) -> String {
        let shown = Array(Set(names)).sorted()
        let more = shown.count > 3 ? " and \(shown.count - 3) more" : ""
        return shown.prefix(3).map(\.description).joined(separator: ", ") + more
    }
}

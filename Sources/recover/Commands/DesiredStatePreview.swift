internal import DesiredState
internal import Effects
internal import Estates
internal import JSON
internal import RecoveryEngine

/// `recover desired-state preview`: what GitOps is about to create, change and
/// delete once it is let go.
struct DesiredStatePreview {
    let view: DesiredStateView
    let commit: String
    let reader: ClusterReader

    static func run(_ view: DesiredStateView, _ invocation: Invocation) throws(Refusal) -> ExitCode {
        let preview = DesiredStatePreview(
            view: view, commit: try view.commit(invocation["commit"] ?? "pinned"),
            reader: try LiveEstate(view.estate.name, invocation, view.site).reader)
        defer { preview.reader.finish() }
        let (cluster, found) = try preview.look()
        DesiredStateCommand.tell(found.changes, found.unrendered, kind: "preview")
        if !Terminal.isForMachines {
            for change in found.left { Terminal.say("stays: \(change.name)  (\(change.note))") }
            Terminal.say(preview.sum(found, cluster))
            if !found.deletions.isEmpty {
                Terminal.say(
                    "Deletions need somebody's yes: keep pruning off, or agree to each line above "
                        + "with -.")
            }
        }
        if !found.deletions.isEmpty { return .humanNeeded }
        return found.open.isEmpty ? .recovered : .notReady
    }

    /// The cluster the source is for, and what would happen to it.
    func look() throws(Refusal) -> (cluster: String, preview: Preview) {
        guard let cluster = view.cluster?["name"]?.string else {
            throw Refusal(
                .notReady,
                "no cluster of \(view.estate.name) says gitops source: \(view.name); "
                    + "so nobody knows where its objects go")
        }
        let identity = reader.identity(cluster)
        guard identity.answer == .holds else {
            throw Refusal(.notReady, "\(cluster): \(identity.why)")
        }
        let inventory = try view.inventory(commit)
        return (cluster, Preview(inventory, live: read(cluster, inventory)))
    }

    /// All of it in one line.
    func sum(_ preview: Preview, _ cluster: String) -> String {
        let count = { (sign: ObjectChange.Sign) in preview.changes.count { $0.sign == sign } }
        return "\(commit) on \(cluster): \(count(.added)) created, \(count(.changed)) changed, "
            + "\(count(.removed)) deleted, \(count(.unknown)) not known, "
            + "\(preview.unrendered.count) parts not rendered"
    }

    // MARK: the cluster

    /// Kinds that say what an engine brought.
    private static let engines = [
        "Application.argoproj.io", "Kustomization.kustomize.toolkit.fluxcd.io",
        "GitRepo.fleet.cattle.io",
    ]

    private func read(_ cluster: String, _ inventory: Inventory) -> Preview.Live {
        var found = Preview.Live(objects: [], silences: [:])
        for kind in Self.engines { read(cluster, kind, &found) }
        let names =
            inventory.objects.filter { $0.standing == .plain }.map(\.name)
            + Managed.all(in: found.objects).map(\.name)
        let kinds = Set(names.map { "\($0.kind).\($0.group)" }).subtracting(Self.engines)
        for kind in kinds.sorted() { read(cluster, kind, &found) }
        return found
    }

    private func read(_ cluster: String, _ kind: String, _ found: inout Preview.Live) {
        // A core kind has no group behind its name.
        let word = kind.hasSuffix(".") ? String(kind.dropLast()) : kind
        let section = reader.section(
            cluster, ["get", word, "--all-namespaces", "-o", "json"]
        ) { list in
            var objects = list["items"]?.array ?? []
            // What a Secret holds is not even looked at.
            for index in objects.indices where objects[index]["kind"]?.string == "Secret" {
                objects[index]["data"] = nil
            }
            return ["objects": .array(objects)]
        }
        switch section {
        case .items(let items): found.objects += items["objects"]?.array ?? []
        case .cannotTell(let why): found.silences[kind] = why
        }
    }
}

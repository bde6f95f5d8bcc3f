internal import DesiredState
internal import Effects
internal import Estates
internal import JSON
internal import RecoveryEngine

/// `recover desired-state preview`: what GitOps is about to create, change and
/// delete once it is let go.
struct DesiredStatePreview {
    private let view: DesiredStateView
    private let live: LiveEstate
    private let commit: String

    init(_ view: DesiredStateView, _ invocation: Invocation) throws(Refusal) {
        self.view = view
        commit = try view.commit(invocation["commit"] ?? "pinned")
        live = try LiveEstate(view.estate.name, invocation, view.site)
    }

    func run() throws(Refusal) -> ExitCode {
        defer { live.reader.finish() }
        guard let cluster = view.cluster?["name"]?.string else {
            throw Refusal(
                .notReady,
                "no cluster of \(view.estate.name) says gitops source: \(view.name); "
                    + "so nobody knows where its objects go")
        }
        let identity = live.reader.identity(cluster)
        guard identity.answer == .holds else {
            throw Refusal(.notReady, "\(cluster): \(identity.why)")
        }
        let inventory = try view.inventory(commit)
        let preview = Preview(inventory, live: read(cluster, inventory))
        DesiredStateCommand.tell(preview.changes, preview.unrendered, kind: "preview")
        if !Terminal.isForMachines {
            for change in preview.left { Terminal.say("stays: \(change.name)  (\(change.note))") }
            say(preview, cluster)
        }
        if !preview.deletions.isEmpty { return .humanNeeded }
        return preview.open.isEmpty ? .recovered : .notReady
    }

    private func say(_ preview: Preview, _ cluster: String) {
        let count = { (sign: ObjectChange.Sign) in preview.changes.count { $0.sign == sign } }
        Terminal.say(
            "\(commit) on \(cluster): \(count(.added)) created, \(count(.changed)) changed, "
                + "\(count(.removed)) deleted, \(count(.unknown)) not known, "
                + "\(preview.unrendered.count) parts not rendered")
        guard !preview.deletions.isEmpty else { return }
        Terminal.say(
            "Deletions need somebody's yes: keep pruning off, or agree to each line above with -.")
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
        let section = live.reader.section(
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

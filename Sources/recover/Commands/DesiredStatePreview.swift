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

    static func run(_ view: DesiredStateView, _ invocation: Invocation) throws(Refusal) -> ExitCode
    {
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
        var found = Preview.Live(objects: [], silences: [:])
        try readOwn(cluster, &found)
        try checkFollowed(found)
        let inventory = try view.inventory(commit, isDeep: isRecursing(found))
        read(cluster, inventory, &found)
        return (cluster, Preview(inventory, live: found, at: commit))
    }

    /// What is compared is what GitOps follows, or it is said.
    private func checkFollowed(_ found: Preview.Live) throws(Refusal) {
        guard let gitops = view.cluster?["gitops"], let branch = view.branch,
            let followed = FollowedBranch(gitops, in: found.objects),
            !followed.mayBe(branch, view.source.reference.name)
        else { return }
        throw Refusal(
            .notReady,
            "\(followed.subject) follows '\(followed.name)' in the cluster, and source \(view.name) "
                + "is '\(branch)': a commit of another branch would be deployed there. Correct "
                + "sources.\(view.name) of the binding, or what it follows")
    }

    /// Whether Argo CD's root takes the folders beneath its own, which only it says.
    private func isRecursing(_ found: Preview.Live) -> Bool {
        let gitops = view.cluster?["gitops"]
        let root = found.objects.first { object in
            object["kind"] == "Application"
                && object.at("metadata", "name") == gitops?["root"]
                && object.at("metadata", "namespace") == gitops?["namespace"]
        }
        return root?.at("spec", "source", "directory", "recurse") == true
    }

    /// All of it in one line.
    func sum(_ preview: Preview, _ cluster: String) -> String {
        let count = { (sign: ObjectChange.Sign) in preview.changes.count { $0.sign == sign } }
        return "\(commit) on \(cluster): \(count(.added)) created, \(count(.changed)) changed, "
            + "\(count(.removed)) deleted, \(count(.unknown)) not known, "
            + "\(preview.unrendered.count) parts not rendered"
    }

    // MARK: the cluster

    /// Kinds that say what an engine brought, by its word in the estate.
    private static let engines = [
        "argocd": "Application.argoproj.io", "flux": "Kustomization.kustomize.toolkit.fluxcd.io",
        "fleet": "BundleDeployment.fleet.cattle.io",
    ]

    private func read(_ cluster: String, _ inventory: Inventory, _ found: inout Preview.Live) {
        let names =
            inventory.objects.filter { $0.standing == .plain }.map(\.name)
            + Managed.all(in: found.objects).map(\.name)
        let kinds = Set(names.map { "\($0.kind).\($0.group)" }).subtracting(Self.engines.values)
        for kind in kinds.sorted() { read(cluster, kind, &found) }
    }

    /// What the engine calls its own, which may stand in another cluster. Where
    /// nobody can read it, nobody knows what would be deleted.
    private func readOwn(_ cluster: String, _ found: inout Preview.Live) throws(Refusal) {
        guard let kind = Self.engines[view.engine] else {
            for kind in Self.engines.values.sorted() { read(cluster, kind, &found) }
            return
        }
        let home = view.cluster?.at("gitops", "cluster")?.string ?? cluster
        if home != cluster {
            let identity = reader.identity(home)
            guard identity.answer == .holds else {
                throw Refusal(.notReady, "\(home), where \(view.engine) is: \(identity.why)")
            }
        }
        // Fleet's is one for each cluster and repository.
        let repository = view.cluster?.at("gitops", "repository")?.string ?? ""
        let own = view.engine == "fleet" ? ["-l", "\(Managed.repository)=\(repository)"] : []
        read(home, kind, &found, only: own)
        if let kind = FollowedBranch.kinds[view.engine] { read(home, kind, &found) }
        if let why = found.silences[kind] {
            throw Refusal(
                .notReady, "what \(view.engine) calls its own cannot be read in \(home): \(why)")
        }
    }

    private func read(
        _ cluster: String, _ kind: String, _ found: inout Preview.Live, only more: [String] = []
    ) {
        // A core kind has no group behind its name.
        let word = kind.hasSuffix(".") ? String(kind.dropLast()) : kind
        let section = reader.section(
            cluster, ["get", word, "--all-namespaces", "-o", "json"] + more
        ) { list in
            var objects = list["items"]?.array ?? []
            // What a Secret holds is not even looked at.
            for index in objects.indices where objects[index]["kind"]?.string == "Secret" {
                objects[index]["data"] = nil
            }
            return ["objects": .array(objects)]
        }
        switch section {
        case .items(let items):
            found.objects += items["objects"]?.array ?? []
            // An engine's own kind that nobody knows is not a cluster without any.
            if items["objects"] == nil, Self.engines.values.contains(kind) {
                found.silences[kind] = "the server does not know this kind"
            }
        case .cannotTell(let why): found.silences[kind] = why
        }
    }
}

internal import DesiredState
internal import Effects
internal import Estates
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import Runbooks

/// What a run's questions about the desired state are answered with: text for
/// the person who is about to agree.
struct DesiredStateAnswer {
    private let site: Site
    private let estate: Estate
    private let binding: Binding

    /// More than this nobody reads; the command shows all of it.
    private static let lines = 60

    init(_ site: Site, _ estate: Estate, _ binding: Binding) {
        self.site = site
        self.estate = estate
        self.binding = binding
    }

    /// - Parameters:
    ///   - source: a source of the binding.
    ///   - commit: a commit a run has pinned, so that it is in the mirror.
    ///   - agreed: lines that are left out, being agreed to.
    func reply(
        _ subject: DesiredStateSubject, _ source: String, _ commit: String, _ agreed: String?
    ) -> Reply {
        guard let bound = binding.sources[source] else {
            return .cannot("the binding does not say where source \(source) is (sources.\(source))")
        }
        let view = DesiredStateView(site, estate, source, bound)
        do throws(Refusal) {
            let text = try text(subject, view, commit)
            let left = agreed.map { Self.lines(of: text, without: $0) } ?? text
            return .ran(.exited(0), stdout: Array(left.utf8), stderr: [])
        } catch {
            return .cannot(error.message)
        }
    }

    private static func lines(of text: String, without agreed: String) -> String {
        ChangeList.lines(text, without: agreed).map { $0 + "\n" }.joined()
    }

    private func text(
        _ subject: DesiredStateSubject, _ view: DesiredStateView, _ commit: String
    ) throws(Refusal) -> String {
        guard subject != .newer else { return try newer(view, commit) }
        let setting = try RunSession.setting(
            site, estate, binding, [:], Progress(PlainView(start: Clock.now())),
            directory: site.state + "/probe")
        let reader = setting.makeReader(boot: Timestamps.bootID(), within: .seconds(120))
        defer { reader.finish() }
        let preview = DesiredStatePreview(view: view, commit: commit, reader: reader)
        let (cluster, found) = try preview.look()
        let command = "recover desired-state preview --commit \(commit)"
        guard subject == .deletions else {
            return Self.list(found.changes, found.unrendered, command) + preview.sum(found, cluster)
        }
        // What cannot be told may be a deletion. All of it: what is cut off
        // nobody has agreed to.
        return Self.list(found.deletions + found.open, [], command, most: .max)
    }

    /// What the branch holds that GitOps will follow once it is let go.
    private func newer(_ view: DesiredStateView, _ commit: String) throws(Refusal) -> String {
        var view = view, isOfTag = false
        // A tag is what is pinned by; what is followed is the estate's to say.
        if case .tag(let tag) = view.source.reference {
            isOfTag = true
            guard let branch = view.branch else {
                return "tag \(tag) is pinned, and nobody says what GitOps follows when it is not "
                    + "(gitops.branch of the estate): look there by hand first\n"
            }
            view = DesiredStateView(
                site, estate, view.name, view.source.following(.branch(branch)))
        }
        let head: String
        switch view.newest {
        case .success(let newest): head = newest.commit
        case .failure(let error): throw Refusal(newer: error, view, commit)
        }
        guard head != commit else { return "\(view.source.reference.text) is at this very commit" }
        try prove(head, after: commit, view, isOfTag: isOfTag)
        let difference = InventoryDifference(
            from: try view.inventory(commit), to: try view.inventory(head))
        return Self.list(
            difference.changes, difference.unrendered,
            "recover desired-state diff \(commit)..\(head)", parts: difference.parts)
            + DesiredStateCommand.sum(difference, commit, head)
    }

    /// What GitOps is about to follow is held against what a pin is held against.
    private func prove(
        _ head: String, after commit: String, _ view: DesiredStateView, isOfTag: Bool
    ) throws(Refusal) {
        let reference = view.source.reference
        let pin = PinRecord(
            run: "this run", pinned: 0,
            data: [
                "url": .string(view.source.url), reference.kind: .string(reference.name),
                "commit": .string(commit),
            ])
        do throws(ReachRefusal) {
            // A tag may lie on a branch of its own, which the head does not descend from.
            _ = try view.reach.proof(
                view.source, view.name, head, Pins(isOfTag ? [] : [pin]))
        } catch {
            throw Refusal(
                .refuted,
                "GitOps stays at \(commit): \(view.source.reference.text) is at \(head) by now, "
                    + "which would not be pinned\n\(error.words)")
        }
    }

    private static func list(
        _ changes: [ObjectChange], _ unrendered: [Unrendered], _ command: String,
        parts: [PartChange] = [], most: Int = Self.lines
    ) -> String {
        ChangeList(changes, parts: parts, unrendered: unrendered)
            .lines(most, command: command).map { $0 + "\n" }.joined()
    }
}

extension Refusal {
    /// Nobody can say what would be deployed once the pin is gone.
    init(newer error: ReachRefusal, _ view: DesiredStateView, _ commit: String) {
        guard error.isUnreachable else {
            self.init(error)
            return
        }
        self.init(
            .notReady,
            "GitOps stays at \(commit): nobody can say what \(view.source.reference.text) holds by now\n"
                + "\(error.code): \(error.reason)")
    }
}

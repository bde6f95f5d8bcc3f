internal import DesiredState
internal import Effects
internal import Estates
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
    func reply(_ subject: DesiredStateSubject, _ source: String, _ commit: String) -> Reply {
        guard let bound = binding.sources[source] else {
            return .cannot("the binding does not say where source \(source) is (sources.\(source))")
        }
        let view = DesiredStateView(site, estate, source, bound)
        do throws(Refusal) {
            let text = try text(subject, view, commit)
            return .ran(.exited(0), stdout: Array(text.utf8), stderr: [])
        } catch {
            return .cannot(error.message)
        }
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
        // What cannot be told may be a deletion.
        return Self.list(found.deletions + found.open, [], command)
    }

    private func newer(_ view: DesiredStateView, _ commit: String) throws(Refusal) -> String {
        let head = try view.commit("head")
        guard head != commit else { return "\(view.source.reference.text) is at this very commit" }
        let difference = InventoryDifference(
            from: try view.inventory(commit), to: try view.inventory(head))
        return Self.list(
            difference.changes, difference.unrendered,
            "recover desired-state diff \(commit)..\(head)")
            + DesiredStateCommand.sum(difference, commit, head)
    }

    private static func list(
        _ changes: [ObjectChange], _ unrendered: [Unrendered], _ command: String
    ) -> String {
        let all =
            changes.map { change in
                let note = change.note.isEmpty ? "" : "  (\(change.note))"
                return "\(change.sign.rawValue) \(change.name)\(note)"
            } + unrendered.map { "not rendered: \($0.form) in \($0.place)" }
        let rest = all.count - lines
        let shown = all.prefix(lines) + (rest > 0 ? ["and \(rest) more: \(command)"] : [])
        return shown.map { $0 + "\n" }.joined()
    }
}

internal import Digest
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import YAML

/// `recover resume [RUN] [--SECRET FILE]`
enum ResumeCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        // Open until the run has it: otherwise SQLite goes through all that a
        // killed engine left in the -wal file at each of the openings below.
        let journal = try site.openJournal(.readOnly)
        let choice = try RunChoice(invocation, site)
        guard let plan = choice.state.plan else {
            throw Refusal(.journalDamaged, "run \(choice.run) has no plan")
        }
        if let page = CommandTable.page("resume", nil) {
            let known = Site.options + Site.approval + ["json"] + plan.secrets
            try invocation.allow(known, for: page)
        }
        if let standing = choice.state.standing, standing.isEnd {
            let rest =
                standing == .recovered
                ? "nothing is left to do"
                : "what it did stands (recover status \(choice.run) --journal \(site.journal))"
            Terminal.say("JR-DONE: run \(choice.run) has ended (\(standing.rawValue)); \(rest)")
            return standing == .recovered ? .recovered : .humanNeeded
        }
        try verify(site)
        tellChanges(plan, site)
        let session = try choice.session(invocation, site, withSecrets: true)
        _ = consume journal
        return try session.watched { session throws(Refusal) in try session.resume() }
    }

    private static func verify(_ site: Site) throws(Refusal) {
        let report = JournalVerifier.verify(
            directory: site.journal,
            options: JournalOptions(anchorDirectory: site.anchors, allowEphemeral: true))
        guard !report.isIntact else { return }
        throw Refusal(.journalDamaged, report.findings.map(\.description).joined(separator: "\n"))
    }

    /// The run goes on with the plan in the journal; changed documents are
    /// only a notice.
    private static func tellChanges(_ plan: Plan, _ site: Site) {
        for document in plan.json["documents"]?.array ?? [] {
            guard let path = document["path"]?.string, let recorded = document["sha256"]?.string
            else { continue }
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            let folder = path.hasPrefix("fragments/") ? "runbooks/fragments" : "runbooks"
            let bytes = try? SourceFile.read(path: "\(site.library)/\(folder)/\(name)")
            if let bytes, SHA256.hex(bytes) == recorded { continue }
            Terminal.say(
                "note: \(path) is not what it was; this run goes on with what it began with")
        }
    }
}

internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine

/// `recover journal list|show [RUN]|verify`
enum JournalCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        try invocation.allow(Site.options, for: "journal")
        switch invocation.words.dropFirst().first {
        case "list": return try list(site)
        case "show": return try show(invocation.words.dropFirst(2).first, site)
        case "verify": return verify(site)
        default:
            throw Refusal(
                .usage,
                "Type: recover journal list, recover journal show [RUN] or recover journal verify")
        }
    }

    private static func list(_ site: Site) throws(Refusal) -> ExitCode {
        let journal = try site.openJournal(.readOnly)
        do {
            for summary in try journal.runs() where !summary.run.isEmpty {
                let state = try? RunState(replaying: try journal.entries(run: summary.run))
                Terminal.say(
                    "\(summary.run)  \(state?.standing?.rawValue ?? "damaged")  "
                        + "\(state?.plan?.runbook ?? "")  "
                        + "\(summary.entries) entries  began \(Clock.text(summary.firstWall))")
            }
        } catch {
            throw Refusal(.journalDamaged, "\(error)")
        }
        return .recovered
    }

    private static func show(_ run: String?, _ site: Site) throws(Refusal) -> ExitCode {
        let journal = try site.openJournal(.readOnly)
        let entries: [JournalEntry]
        do throws(JournalError) {
            entries = try journal.allEntries()
        } catch {
            throw Refusal(error, site.journal)
        }
        if let run, !entries.contains(where: { $0.run == run }) {
            throw Refusal(
                .usage,
                "JR-NORUN: there is no run '\(run)' in this journal\nType: recover journal list")
        }
        for entry in entries where run == nil || entry.run == run || entry.run.isEmpty {
            Terminal.say(
                "\(entry.sequence)  \(Clock.text(entry.wall))  \(entry.run)  "
                    + "\(entry.kind)  \(detail(entry))"
            )
        }
        return .recovered
    }

    private static func detail(_ entry: JournalEntry) -> String {
        if entry.kind == "began" {
            return "plan \(entry.data.at("plan", "runbook", "name")?.string ?? "")"
        }
        return String(entry.data.text.prefix(400))
    }

    private static func verify(_ site: Site) -> ExitCode {
        let report = JournalVerifier.verify(
            directory: site.journal,
            options: JournalOptions(anchorDirectory: site.anchors, allowEphemeral: true))
        if report.findings.first?.code == "JR-NONE" {
            Terminal.complain("JR-NONE: there is no journal at \(site.journal)")
            return .refusedInput
        }
        for finding in report.findings { Terminal.say(finding.description) }
        guard report.isIntact else {
            Terminal.say("DAMAGED     \(site.journal): \(report.findingCount) findings")
            return .journalDamaged
        }
        let known =
            report.headWasKnown
            ? "and its head is the one kept elsewhere"
            : "but no head kept elsewhere excludes that its end was cut off"
        Terminal.say("INTACT      \(report.entries) entries, every one as it was written, \(known)")
        Terminal.say("Head:       \(report.head?.sequence ?? 0) \(report.head?.digest ?? "")")
        return .recovered
    }
}

/// Wall time for people.
enum Clock {
    /// `2026-11-20T03:04:05Z`.
    static func text(_ milliseconds: Int) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}

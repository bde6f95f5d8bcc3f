internal import JSON
internal import Journal
internal import RecoveryEngine
internal import YAML

/// `recover journal list|show [RUN]|verify`
enum JournalCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        switch invocation.words[1] {
        case "list": return try list(site)
        case "show": return try show(invocation.words.dropFirst(2).first, site)
        default: return try verify(site)
        }
    }

    private static func list(_ site: Site) throws(Refusal) -> ExitCode {
        let journal = try site.openJournal(.readOnly)
        do {
            for summary in try journal.runs() where !summary.run.isEmpty {
                let state = try? RunState(replaying: try journal.entries(run: summary.run))
                guard !Terminal.isForMachines else {
                    Terminal.emit(RunLine(summary, state).record)
                    continue
                }
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
            let runs = Set(entries.map(\.run)).sorted()
            throw Refusal(
                .usage,
                "JR-NORUN: there is no run '\(run)' in this journal"
                    + "\(NearestName.hint(run, among: runs))\nType: recover journal list")
        }
        for entry in entries where run == nil || entry.run == run || entry.run.isEmpty {
            guard !Terminal.isForMachines else {
                Terminal.emit(Record.of(entry))
                continue
            }
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

    private static func verify(_ site: Site) throws(Refusal) -> ExitCode {
        let report = JournalVerifier.verify(
            directory: site.journal,
            options: JournalOptions(anchorDirectory: site.anchors, allowEphemeral: true))
        if report.findings.first?.code == "JR-NONE" {
            throw Refusal(.refusedInput, "JR-NONE: there is no journal at \(site.journal)")
        }
        guard !Terminal.isForMachines else { return tell(report, site) }
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

    private static func tell(_ report: VerificationReport, _ site: Site) -> ExitCode {
        for finding in report.findings {
            Terminal.emit(
                Record.of(kind: "finding", data: ["text": .string(finding.description)]))
        }
        var data: JSONValue = [
            "intact": .bool(report.isIntact), "entries": .int(report.entries),
            "findings": .int(report.findingCount), "head-was-known": .bool(report.headWasKnown),
            "journal": .string(site.journal),
        ]
        data["head"] = report.head.map {
            ["seq": .int($0.sequence), "sha256": .string($0.digest)]
        }
        Terminal.emit(Record.of(at: Clock.now(), kind: "verification", data: data))
        return report.isIntact ? .recovered : .journalDamaged
    }
}

internal import DesiredState
internal import Estates
internal import JSON
internal import RecoveryEngine

/// `recover desired-state show|diff|check|preview`: what Git says, before
/// anything is let go.
enum DesiredStateCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let view = try DesiredStateView(invocation, site, source: invocation["source"])
        switch invocation.words[1] {
        case "show": return try DesiredStateText(view).show(invocation["commit"])
        case "diff": return try diff(view, invocation)
        case "check": return try check(view, invocation)
        default: return try DesiredStatePreview.run(view, invocation)
        }
    }

    // MARK: diff

    private static func diff(
        _ view: DesiredStateView, _ invocation: Invocation
    ) throws(Refusal) -> ExitCode {
        let range = invocation.words.dropFirst(2).first ?? "pinned..head"
        let ends = range.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        guard ends.count == 2, range == "\(ends[0])..\(ends[1])" else {
            throw Refusal(
                .usage, "'\(range)' is no range; type COMMIT..COMMIT, such as pinned..head")
        }
        let old = try view.commit(ends[0]), new = try view.commit(ends[1])
        let difference = InventoryDifference(
            from: try view.inventory(old), to: try view.inventory(new))
        tell(
            difference.changes, difference.unrendered, parts: difference.parts, kind: "difference")
        if !Terminal.isForMachines { Terminal.say(sum(difference, old, new)) }
        return difference.isEmpty ? .recovered : .refusedInput
    }

    /// All of a difference in one line.
    static func sum(_ difference: InventoryDifference, _ old: String, _ new: String) -> String {
        let counts = ObjectChange.Sign.allCases.filter { $0 != .unknown }.map { sign in
            "\(difference.changes.count { $0.sign == sign }) \(word(sign))"
        }
        let parts =
            difference.parts.isEmpty
            ? "" : "; \(difference.parts.count) not rendered, of other files"
        return "\(old) to \(new): \(counts.joined(separator: ", "))\(parts)"
    }

    private static func word(_ sign: ObjectChange.Sign) -> String {
        switch sign {
        case .added: "added"
        case .changed: "changed"
        case .removed: "removed"
        case .unknown: "not known"
        }
    }

    /// Objects and computed parts with what happens to them, and what is not rendered.
    static func tell(
        _ changes: [ObjectChange], _ unrendered: [Unrendered], parts: [PartChange] = [],
        kind: String
    ) {
        for change in changes {
            guard !Terminal.isForMachines else {
                Terminal.emit(Record.of(kind: kind, data: change.json))
                continue
            }
            Terminal.say(change.line)
            for line in change.details.prefix(20) { Terminal.say("      \(line)") }
            if change.details.count > 20 {
                Terminal.say("      and \(change.details.count - 20) more places")
            }
        }
        for part in parts {
            guard !Terminal.isForMachines else {
                Terminal.emit(Record.of(kind: kind, data: part.json))
                continue
            }
            Terminal.say("\(ObjectChange.Sign.changed.rawValue) \(part)")
        }
        for part in unrendered {
            if Terminal.isForMachines {
                Terminal.emit(Record.of(kind: "not-rendered", data: part.json))
            } else {
                Terminal.say("not rendered: \(part.form) in \(part.place): \(part.why)")
            }
        }
    }

    // MARK: check

    private static func check(
        _ view: DesiredStateView, _ invocation: Invocation
    ) throws(Refusal) -> ExitCode {
        // It could not be pinned, whichever commit is meant.
        try view.refuseWrongAnswer()
        let commit =
            try invocation["commit"].map { word throws(Refusal) in
                try view.commit(word)
            } ?? view.best
        guard !commit.isEmpty else { return try refuseWithoutAny(view) }
        var refutation: ReachRefusal?
        do throws(ReachRefusal) {
            _ = try view.reach.proof(view.source, view.name, commit, view.pins)
        } catch {
            refutation = error
        }
        let findings = DesiredCheck(try view.inventory(commit), setting(view)).findings
        if !Terminal.isForMachines {
            Terminal.say("\(view.name): commit \(commit), \(view.standing(of: commit))")
        }
        if let refutation {
            say([
                "code": .string(refutation.code), "weight": "blocks", "subject": .string(commit),
                "text": .string(refutation.reason), "next": .string(refutation.remedy),
            ])
        }
        for finding in findings { say(finding.json) }
        if !Terminal.isForMachines {
            let counts = EstateFinding.Weight.allCases.map { weight in
                "\(findings.count { $0.weight == weight }) \(weight.rawValue)"
            }
            let pin = refutation == nil ? "it could be pinned" : "it would not be pinned"
            Terminal.say("\(pin); \(counts.joined(separator: ", "))")
        }
        if let refutation { return refutation.isRefuted ? .refuted : .notReady }
        return findings.allSatisfy { $0.weight == .note } ? .recovered : .notReady
    }

    private static func refuseWithoutAny(_ view: DesiredStateView) throws(Refusal) -> ExitCode {
        do { _ = try view.newest.get() } catch { throw Refusal(unreached: error, view) }
        return .notReady
    }

    private static func say(_ finding: JSONValue) {
        guard !Terminal.isForMachines else {
            return Terminal.emit(Record.of(kind: "finding", data: finding))
        }
        let text = { (key: String) in finding[key]?.string ?? "" }
        let weight = text("weight") + String(repeating: " ", count: 9 - text("weight").count)
        let pad = String(repeating: " ", count: max(1, 14 - text("code").count))
        Terminal.say("  \(weight)\(text("code"))\(pad)\(text("subject")): \(text("text"))")
        if !text("next").isEmpty { Terminal.say("      next: \(text("next"))") }
    }

    /// What the estate says that Git does not.
    private static func setting(_ view: DesiredStateView) -> DesiredCheck.Setting {
        var setting = DesiredCheck.Setting()
        setting.engine = view.engine
        setting.distribution = view.cluster?["distribution"]?.string ?? ""
        setting.storageClasses = Set(
            (view.cluster?["storage-classes"]?.array ?? []).compactMap(\.string))
        setting.registries = Set(
            [view.cluster?.at("registry", "host")?.string].compactMap { $0 }
                .filter { $0 != "unknown" })
        setting.hasSealingKeys = view.estate.list("backups").contains { backup in
            backup["kind"]?.string == "sealing-keys"
                && ["path", "file"].contains { key in
                    backup[key]?.string.map { $0 != "unknown" && !$0.isEmpty } ?? false
                }
        }
        return setting
    }
}

internal import Estates
internal import JSON
internal import RecoveryEngine
internal import YAML

/// `recover estate check [ESTATE]|document [ESTATE]|init …|schema`
enum EstateCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        switch invocation.words[1] {
        case "check": return try check(invocation, site)
        case "document": return try document(invocation, site)
        case "schema":
            Terminal.say(EstateJSONSchema.json.text)
            return .recovered
        default: return try EstateInit.run(invocation, site)
        }
    }

    /// Loads every estate that is meant, all mistakes at once, and then says
    /// what each lacks.
    private static func check(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let names = try DeclaredEstate.names(invocation, site)
        var mistakes: [Diagnostic] = []
        var code = ExitCode.recovered
        for name in names {
            do throws(Diagnostics) {
                let declared = try DeclaredEstate(name, site)
                if tell(declared, isFirst: name == names.first) { code = .notReady }
            } catch {
                mistakes += error.list
            }
        }
        guard mistakes.isEmpty else { throw Refusal(Diagnostics(mistakes)) }
        return code
    }

    /// Whether anything is missing.
    private static func tell(_ declared: DeclaredEstate, isFirst: Bool) -> Bool {
        let findings = EstateCheck(declared.estate, identities: declared.identities).findings
        let name = declared.estate.name
        let isMissing = findings.contains { $0.weight != .note }
        guard !Terminal.isForMachines else {
            for finding in findings {
                var data = finding.json
                data["estate"] = .string(name)
                Terminal.emit(Record.of(kind: "finding", data: data))
            }
            return isMissing
        }
        if !isFirst { Terminal.say("") }
        let counts = EstateFinding.Weight.allCases.map { weight in
            "\(findings.count { $0.weight == weight }) \(word(weight))"
        }
        Terminal.say("\(name): \(counts.joined(separator: ", "))")
        // What many things lack alike is told below, by who could know it.
        for finding in findings where finding.code != "EC-UNKNOWN" || finding.weight == .blocks {
            let pad = String(repeating: " ", count: max(1, 12 - finding.code.count))
            let weight = finding.weight.rawValue
            Terminal.say(
                "  \(weight)\(String(repeating: " ", count: 9 - weight.count))\(finding.code)\(pad)"
                    + "\(finding.subject): \(finding.message)")
        }
        for (who, subjects) in asked(findings) {
            Terminal.say("  unknown; ask \(who):")
            for line in folded(subjects) { Terminal.say("      \(line)") }
        }
        return isMissing
    }

    /// `nodes {a, b} version` for one fact that several of a list lack.
    private static func folded(_ subjects: [String]) -> [String] {
        var names: [String: [String]] = [:], order: [String] = []
        for subject in subjects {
            let words = subject.split(separator: " ", maxSplits: 2).map(String.init)
            let key = words.count == 3 ? "\(words[0]) \(words[2])" : subject
            if names[key] == nil { order.append(key) }
            names[key, default: []].append(words.count == 3 ? words[1] : "")
        }
        return order.map { key in
            let words = key.split(separator: " ", maxSplits: 1).map(String.init)
            let list = names[key] ?? []
            guard words.count == 2, list != [""] else { return key }
            let who = list.count == 1 ? list[0] : "{\(list.joined(separator: ", "))}"
            return "\(words[0]) \(who) \(words[1])"
        }
    }

    private static func word(_ weight: EstateFinding.Weight) -> String {
        switch weight {
        case .blocks: "block a change"
        case .matters: "matter"
        case .note: "to know"
        }
    }

    /// Who could know what, sorted.
    private static func asked(_ findings: [EstateFinding]) -> [(who: String, subjects: [String])] {
        let known = findings.filter { $0.who != nil }
        return Dictionary(grouping: known) { $0.who ?? "" }.map { who, list in
            (who, list.map(\.subject))
        }.sorted { $0.0 < $1.0 }
    }

    private static func document(
        _ invocation: Invocation, _ site: Site
    ) throws(Refusal) -> ExitCode {
        let name = try DeclaredEstate.name(invocation, site)
        let declared: DeclaredEstate
        do { declared = try DeclaredEstate(name, site) } catch { throw Refusal(error) }
        let observed = try SnapshotFolder.newest(of: name, site)
        let document = EstateDocument(
            declared.estate, identities: declared.identities,
            observed: try observed?.snapshot(),
            paths: RecoveryPaths(site).of(declared.estate))
        Terminal.say(String(document.text.dropLast()))
        return .recovered
    }
}

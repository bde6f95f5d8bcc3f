internal import JSON
internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// `recover runbook list|show NAME|lint [NAME]|diff FILE_A FILE_B|schema`
enum RunbookCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let words = invocation.words
        switch words[1] {
        case "list": return list(site)
        case "show": return try show(words[2], site)
        case "diff": return try diff(words[2], words[3])
        case "schema":
            Terminal.say(RunbookSchema.json.text)
            return .recovered
        default: return try lint(words.dropFirst(2).first, site)
        }
    }

    private static func list(_ site: Site) -> ExitCode {
        for name in site.runbooks.names() {
            let runbook = try? site.runbooks.runbook(name)
            Terminal.say(
                runbook.map { "\(name)  \($0.version)  \($0.title)" }
                    ?? "\(name)  does not load; see recover runbook lint \(name)"
            )
        }
        return .recovered
    }

    private static func show(_ name: String, _ site: Site) throws(Refusal) -> ExitCode {
        do throws(Diagnostics) {
            let runbook = try site.runbooks.runbook(name)
            var fragments: [String: Fragment] = [:]
            for step in runbook.steps {
                guard let fragment = step["include"]?.scalar?.text else { continue }
                fragments[fragment] = try site.runbooks.fragment(fragment)
            }
            Terminal.say(
                RunbookText(runbook: runbook, fragments: fragments).lines.joined(separator: "\n"))
        } catch {
            throw Refusal(error)
        }
        return .recovered
    }

    private static func diff(_ old: String, _ new: String) throws(Refusal) -> ExitCode {
        let difference: RunbookDifference
        do throws(Diagnostics) {
            difference = RunbookDifference(
                try Document.read(old).0, try Document.read(new).0)
        } catch {
            throw Refusal(error)
        }
        for line in difference.lines { Terminal.say(line) }
        guard difference.isSilent else { return .recovered }
        throw Refusal(
            .refusedInput,
            "RB-VERSION-SAME: the content changed and version is still \(difference.version); "
                + "raise it, so that a journal says which one was run")
    }

    private static func lint(_ name: String?, _ site: Site) throws(Refusal) -> ExitCode {
        let found = Lint.findings(in: site.runbooks, name)
        guard found.errors.isEmpty else { throw Refusal(Diagnostics(found.errors)) }
        for warning in found.warnings { Terminal.say(warning.description) }
        let warned = found.warnings.isEmpty ? "" : ", \(found.warnings.count) remarks above"
        Terminal.say("\(found.runbooks) runbooks read without objection\(warned)")
        return .recovered
    }
}

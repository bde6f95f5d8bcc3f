internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// `recover runbook list|show NAME|lint [NAME]`
enum RunbookCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        try invocation.allow(Site.options, for: "runbook")
        let name = invocation.words.dropFirst(2).first
        switch (invocation.words.dropFirst().first, name) {
        case ("list", _): return list(site)
        case ("show", let name?): return try show(name, site)
        case ("lint", _): return try lint(name, site)
        default:
            throw Refusal(
                .usage,
                "Type: recover runbook list, recover runbook show NAME or recover runbook lint [NAME]"
            )
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
        do {
            Terminal.say(
                String(decoding: try site.runbooks.runbook(name).document.bytes, as: UTF8.self))
        } catch {
            throw Refusal(error)
        }
        return .recovered
    }

    private static func lint(_ name: String?, _ site: Site) throws(Refusal) -> ExitCode {
        var problems: [Diagnostic] = []
        let runbooks = name.map { [$0] } ?? site.runbooks.names()
        for name in runbooks {
            do { _ = try site.runbooks.runbook(name) } catch { problems += error.list }
        }
        for name in name == nil ? site.runbooks.fragmentNames() : [] {
            do { _ = try site.runbooks.fragment(name) } catch { problems += error.list }
        }
        guard problems.isEmpty else { throw Refusal(Diagnostics(problems)) }
        Terminal.say("\(runbooks.count) runbooks read without objection")
        return .recovered
    }
}

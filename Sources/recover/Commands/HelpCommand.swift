internal import RecoveryEngine
internal import Runbooks

/// `recover help`: situations first; `recover help COMMAND`, `recover help all`.
enum HelpCommand {
    static func run(_ invocation: Invocation) throws(Refusal) -> ExitCode {
        let site = try? Site(invocation)
        switch invocation.words.dropFirst().first {
        case nil: say(overview(site))
        case "all":
            say(
                Pages.all.flatMap { $0.text + [""] } + ["Everywhere"] + Page.table(Page.everywhere)
                    + [""] + exitCodes)
        case let word?: return try tell(word, site)
        }
        return .recovered
    }

    /// The page of one command or runbook.
    static func tell(_ word: String, _ site: Site?) throws(Refusal) -> ExitCode {
        guard let page = CommandTable.page(word, site) else {
            throw CommandTable.unknown(word, site)
        }
        say(page.text)
        return .recovered
    }

    private static func say(_ lines: [String]) { Terminal.say(lines.joined(separator: "\n")) }

    private static func overview(_ site: Site?) -> [String] {
        var lines = ["recover: disaster-recovery runbooks, step by step, safe to interrupt", ""]
        let names = site?.runbooks.names() ?? []
        lines.append(
            names.isEmpty
                ? "There is no folder with runbooks here: recover --library DIR help"
                : "What has happened?")
        for name in names {
            guard let runbook = try? site?.runbooks.runbook(name) else {
                lines.append("  \(name) does not load: recover runbook lint \(name)")
                continue
            }
            lines.append("  \(runbook.situation ?? runbook.title)")
            lines.append("      → " + Pages.command(runbook))
        }
        lines += ["", "Something runs, stands or failed already?"]
        lines.append("  recover status                       says where it stands and what to type")
        lines += ["", "All commands, each with a page: recover help COMMAND"]
        let width = (Pages.all.map(\.name.count).max() ?? 0) + 2
        for page in Pages.all {
            let pad = String(repeating: " ", count: width - page.name.count)
            lines.append("  \(page.name)\(pad)\(page.about)")
        }
        return lines + [""] + exitCodes
    }

    private static let exitCodes = [
        "Exit codes: 0 recovered, 1 internal, 2 usage, 3 input refused, 4 prerequisite not met,",
        "5 step failed, 6 a human must decide, 7 journal damaged, 8 owned by another,",
        "9 journal not writable, 10 stopped",
    ]
}

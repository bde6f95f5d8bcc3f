internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// The words a command line may start with. A runbook's name is a word too,
/// so no runbook may be called like one of these.
enum CommandTable {
    static let words = [
        "plan", "resume", "status", "resolve", "abandon", "drill", "lab", "journal", "runbook",
        "help", "version",
    ]

    static func run(_ invocation: Invocation) throws(Refusal) -> ExitCode {
        if invocation.has("version") || invocation.words.first == "version" {
            Terminal.say("recover \(Site.version)")
            return .recovered
        }
        guard let word = invocation.words.first, word != "help", !invocation.has("help") else {
            return HelpCommand.run(try? Site(invocation))
        }
        // The lab's own words and options are the lab's business.
        if word == "drill" || word == "lab" { return try LabCommand.run(try Site(invocation)) }
        let site = try Site(invocation)
        switch word {
        case "plan": return try PlanCommand.run(invocation, site)
        case "resume": return try ResumeCommand.run(invocation, site)
        case "status": return try StatusCommand.run(invocation, site)
        case "resolve": return try ResolveCommand.run(invocation, site)
        case "abandon": return try AbandonCommand.run(invocation, site)
        case "journal": return try JournalCommand.run(invocation, site)
        case "runbook": return try RunbookCommand.run(invocation, site)
        default: return try runbook(word, invocation, site)
        }
    }

    private static func runbook(
        _ word: String, _ invocation: Invocation, _ site: Site
    ) throws(Refusal) -> ExitCode {
        let names = site.runbooks.names()
        guard names.contains(word) else {
            let hint = NearestName.hint(word, among: names + words)
            throw Refusal(
                .usage, "there is no runbook or command '\(word)'\(hint)\nType: recover help")
        }
        return try RunCommand.run(word, invocation, site)
    }
}

internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// The words a command line may start with. A runbook's name is a word too,
/// so no runbook may be called like one of these.
enum CommandTable {
    static let words = Pages.all.map(\.name) + ["version"]

    static func run(_ arguments: [String]) throws(Refusal) -> ExitCode {
        // The lab's own words and options are the lab's business.
        if let word = arguments.first, word == "drill" || word == "lab",
            !arguments.prefix(2).contains("--help"), !arguments.prefix(2).contains("-h")
        {
            return try LabCommand.run(try Site(try Invocation.forLab(arguments)))
        }
        let invocation = try parse(arguments)
        if invocation.has("version") || invocation.words.first == "version" {
            Terminal.say("recover \(Site.version)")
            return .recovered
        }
        guard let word = invocation.words.first, word != "help" else {
            return try HelpCommand.run(invocation)
        }
        if invocation.has("help") { return try HelpCommand.tell(word, try? Site(invocation)) }
        if let page = Pages.all.first(where: { $0.name == word }) {
            try page.check(invocation)
            return try page.run(invocation, try Site(invocation))
        }
        let site = try Site(invocation)
        guard site.runbooks.names().contains(word) else { throw unknown(word, site) }
        try checkParameters(of: word, invocation, site)
        return try RunCommand.run(word, invocation, site)
    }

    /// A parameter the runbook does not have is told before anything else: what
    /// is mistyped needs no estate. A runbook that does not load says so later.
    static func checkParameters(
        of name: String, _ invocation: Invocation, _ site: Site
    ) throws(Refusal) {
        guard let runbook = try? site.runbooks.runbook(name) else { return }
        let page = Pages.page(of: runbook)
        let most = invocation.words.first == name ? 1 : 2
        if invocation.words.count > most {
            throw Refusal(
                .usage, "'\(invocation.words[most])' is one word too many; values follow a --name",
                page: page)
        }
        try invocation.allow(page.known + Invocation.flags, for: page)
    }

    private static func parse(_ arguments: [String]) throws(Refusal) -> Invocation {
        do {
            return try Invocation(arguments)
        } catch {
            // What stands first says whose usage it is.
            let word = arguments.first { !$0.hasPrefix("-") } ?? ""
            let site = (try? Invocation([])).flatMap { try? Site($0) }
            throw Refusal(error.code, error.message, page: page(word, site))
        }
    }

    /// The page of a command or a runbook.
    static func page(_ word: String, _ site: Site?) -> Page? {
        if let page = Pages.all.first(where: { $0.name == word }) { return page }
        guard let runbook = try? site?.runbooks.runbook(word) else { return nil }
        return Pages.page(of: runbook)
    }

    static func unknown(_ word: String, _ site: Site?) -> Refusal {
        let names = (site?.runbooks.names() ?? []) + words
        return Refusal(
            .usage,
            "there is no runbook or command '\(word)'\(NearestName.hint(word, among: names))\n"
                + "Type: recover help")
    }
}

extension Invocation {
    /// Only the library is ours in a line that is the lab's.
    static func forLab(_ arguments: [String]) throws(Refusal) -> Invocation {
        let place = arguments.prefix { $0 != "--" }.firstIndex(of: "--library")
        guard let place, place + 1 < arguments.count else { return try Invocation([]) }
        return try Invocation(["--library", arguments[place + 1]])
    }
}

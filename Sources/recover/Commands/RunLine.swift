internal import JSON
internal import Journal
internal import RecoveryEngine

/// A run in one line: how it stands, how old it is, what to type.
struct RunLine {
    let summary: RunSummary
    /// nil where its entries make no sense.
    let state: RunState?

    init(_ summary: RunSummary, _ state: RunState?) {
        self.summary = summary
        self.state = state
    }

    /// - Parameter now: ms since 1970.
    func text(now: Int, journal: String) -> String {
        let name = "\(summary.run)  \(state?.plan?.runbook ?? "")"
        let age = "last entry \(Span.words(now - summary.lastWall)) ago"
        let gitops = state?.suspension == nil ? "" : "GitOps stands still  "
        return
            "\(standing.uppercased().padded(to: 10))  \(name)  \(age)  \(gitops) \(command(journal))"
    }

    private var standing: String {
        guard let state else { return "damaged" }
        return state.standing == .running ? "unfinished" : state.standing?.rawValue ?? "new"
    }

    private func command(_ journal: String) -> String {
        let isOver = state?.standing?.isEnd == true && state?.suspension == nil
        guard !isOver else { return "" }
        let verb = state == nil ? "journal verify" : "status \(summary.run)"
        return "recover \(verb) --journal \(Shell.quote(journal))"
    }

    var record: JSONValue {
        let data: JSONValue = [
            "state": .string(state?.standing?.rawValue ?? "damaged"),
            "runbook": .string(state?.plan?.runbook ?? ""), "entries": .int(summary.entries),
            "began": .string(Clock.fine(summary.firstWall)),
            "last": .string(Clock.fine(summary.lastWall)),
            "gitops-stopped": .bool(state?.suspension != nil),
        ]
        return Record.of(run: summary.run, kind: "run", data: data)
    }
}

extension String {
    /// With spaces behind it, at least `width` long.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

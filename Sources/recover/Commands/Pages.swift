internal import RecoveryEngine
internal import Runbooks

/// Every command, once: help is printed from it and lines are checked by it.
enum Pages {
    private typealias Option = Page.Option

    static let all = [
        plan, status, resume, resolve, undo, abandon, journal, runbook, estate, snapshot, drift,
        desiredState,
        drill, lab, help,
    ]

    private static let json = Option("json", nil, "one JSON object a line, see docs/OUTPUT.md")
    private static let approval = [
        Option("approver", "NAME", "who signed as the second person"),
        Option("signature", "FILE", "their signature"),
    ]

    private static let plan = Page(
        name: "plan", forms: ["RUNBOOK --<parameter> VALUE …"],
        about: "show every step with its arguments; nothing is done",
        options: [Option("probe", nil, "also ask every check once, live"), json],
        notes: ["The parameters are the runbook's: recover help RUNBOOK"], isOpen: true,
        run: PlanCommand.run)

    private static let status = Page(
        name: "status", forms: ["[RUN]"], about: "where runs stand, and what to type next",
        options: [Option("watch", nil, "look on until the run rests"), json],
        notes: ["It changes nothing and takes no lock: look as often as you like."],
        run: StatusCommand.run)

    private static let resume = Page(
        name: "resume", forms: ["[RUN]"],
        about: "go on after a stop, a crash, a failure or a wait",
        options: [Option("<secret>", "FILE", "a secret of the run again; none is ever kept")]
            + approval + [json],
        notes: ["RUN may be cut short as long as only one run begins like that."], isOpen: true,
        run: ResumeCommand.run)

    private static let resolve = Page(
        name: "resolve", forms: ["RUN STEP --as done|not-done|left --evidence TEXT"],
        about: "say what the tool cannot know of the step the run stands at",
        options: [
            Option("as", "done|not-done|left", "whether its effect is there; left: end without it"),
            Option("evidence", "TEXT", "how you know; it is kept for ever"),
        ] + approval, run: ResolveCommand.run)

    private static let undo = Page(
        name: "undo", forms: ["[RUN] [STEP]"],
        about: "take a step back, the last one first; the run then waits for you",
        options: [Option("<secret>", "FILE", "a secret of the run again; none is ever kept")]
            + approval + [json], isOpen: true, run: UndoCommand.run)

    private static let abandon = Page(
        name: "abandon", forms: ["RUN --why TEXT"],
        about: "give a run up for ever, so that another may begin; what it did stands",
        options: [Option("why", "TEXT", "the reason; it is kept for ever")],
        run: AbandonCommand.run)

    private static let journal = Page(
        name: "journal", forms: ["list", "show [RUN]", "verify"],
        about: "what was done, by whom, and that the record was not touched", options: [json],
        run: JournalCommand.run)

    private static let runbook = Page(
        name: "runbook",
        forms: ["list", "show NAME", "lint [NAME]", "diff FILE_A FILE_B", "schema"],
        about: "the runbooks, for a person to read",
        notes: [
            "schema is for editors: a JSON Schema of the runbook language.",
            "diff says what changed step by step; it ends with 3 when the content changed",
            "and the version did not.",
        ], run: RunbookCommand.run)

    private static let within = Option(
        "within", "SECONDS", "how long to look; 120 where it is left out")

    private static let estate = Page(
        name: "estate",
        forms: [
            "check [ESTATE]", "document [ESTATE]",
            "init --kubeconfig FILE --context NAME --name NAME --out DIR", "schema",
        ], about: "what there is, what of it is unknown, and the documents it must have",
        options: [
            Option("kubeconfig", "FILE", "init: how a living cluster is reached"),
            Option("context", "NAME", "init: which context of it, if not the current one"),
            Option("name", "NAME", "init: what the estate shall be called"),
            Option("out", "DIR", "init: where to write; nothing is overwritten"), json,
        ],
        notes: [
            "check ends with 4 while something is missing, and with 3 when a file is wrong.",
            "init reads the cluster and never writes a secret.",
            "schema prints a JSON Schema of estate.yaml for editors.",
        ], run: EstateCommand.run)

    private static let snapshot = Page(
        name: "snapshot",
        forms: ["take [ESTATE]", "show [ESTATE]", "verify [ESTATE]", "diff [ESTATE]"],
        about: "what a healthy estate looked like, to compare with later",
        options: [
            Option("out", "DIR", "take: where, if not in snapshots/ESTATE/observed/TIME"),
            Option("snapshot", "TIME|DIR", "show, verify: which one"),
            Option("from", "TIME|DIR", "diff: the older one; the declared estate otherwise"),
            Option("to", "TIME|DIR", "diff: the newer one; the newest otherwise"), within, json,
        ],
        notes: [
            "take only reads, and ends with 4 when it could not see everything.",
            "verify ends with 11 when a byte was changed, diff with 3 when something differs.",
        ], run: SnapshotCommand.run)

    private static let drift = Page(
        name: "drift", forms: ["[ESTATE]"],
        about: "declared, in Git, observed, live: where they do not agree",
        options: [within, json],
        notes: ["It only reads, and ends with 4 while something differs or cannot be told."],
        run: DriftCommand.run)

    private static let desiredState = Page(
        name: "desired-state",
        forms: ["show", "diff [COMMIT..COMMIT]", "check", "preview"],
        about: "what Git wants to be there, whether it can be trusted, and what it would change",
        options: [
            Option("source", "NAME", "which one of the binding; not needed when there is one"),
            Option(
                "commit", "COMMIT",
                "40 hex digits, pinned or head; show and preview: the pinned one, check: the newest"
            ), within, json,
        ],
        notes: [
            "diff is from the pinned commit to the head where no range is given; 3: they differ.",
            "check ends with 4 while something needs care, with 11 when it would not be pinned.",
            "preview ends with 6 when something would be deleted, with 4 when it cannot tell.",
            "Charts and kustomizations are listed and not rendered.",
        ], run: DesiredStateCommand.run)

    private static let drill = Page(
        name: "drill", forms: ["RUNBOOK"], about: "practise it in a simulated estate",
        options: [
            Option("estate", "NAME", "which estate"), Option("keep", "DIR", "keep what it leaves"),
        ], isOpen: true, run: { _, site throws(Refusal) in try LabCommand.run(site) })

    private static let lab = Page(
        name: "lab", forms: ["up DIR", "enter DIR -- COMMAND …", "down DIR"],
        about: "a simulated estate to walk around in",
        options: [
            Option("estate", "NAME", "which estate"),
            Option("fault", "TEXT", "what is broken in it"),
        ], isOpen: true, run: { _, site throws(Refusal) in try LabCommand.run(site) })

    private static let help = Page(
        name: "help", forms: ["[COMMAND]", "all"], about: "what happened, and what to type",
        run: { invocation, _ throws(Refusal) in try HelpCommand.run(invocation) })

    /// A runbook is a command too.
    static func page(of runbook: Runbook) -> Page {
        let options = runbook.parameters.map { parameter in
            let about =
                switch parameter.type {
                case .secret: "a file; or its place in the binding, under secrets"
                case .cluster: "not needed where it is the only one, or the node's"
                case .choice(let words): "one of: \(words.joined(separator: ", "))"
                default: parameter.within.map { "one of \($0)" } ?? "a \(parameter.type.word)"
                }
            return Option(parameter.name, placeholder(parameter), about)
        }
        return Page(
            name: runbook.name, forms: [required(runbook)], about: runbook.title,
            options: options + [json],
            notes: ["To see every step first: recover plan \(runbook.name) …"], isOpen: true,
            run: { invocation, site throws(Refusal) in
                try RunCommand.run(runbook.name, invocation, site)
            })
    }

    /// The shortest line that begins it.
    static func command(_ runbook: Runbook) -> String {
        let required = required(runbook)
        return "recover \(runbook.name)" + (required.isEmpty ? "" : " \(required)")
    }

    /// The options one cannot do without, as they are typed.
    private static func required(_ runbook: Runbook) -> String {
        runbook.parameters.filter { $0.type != .cluster }
            .map { "--\($0.name) \(placeholder($0))" }.joined(separator: " ")
    }

    private static func placeholder(_ parameter: Parameter) -> String {
        switch parameter.type {
        case .node, .cluster: "NAME"
        case .secret: "FILE"
        case .flag: "true|false"
        case .choice(let words): words.joined(separator: "|")
        default: parameter.type.word.uppercased()
        }
    }
}

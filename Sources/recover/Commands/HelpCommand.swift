internal import RecoveryEngine
internal import Runbooks

/// `recover help`: situations first.
enum HelpCommand {
    static func run(_ site: Site?) -> ExitCode {
        Terminal.say(
            "recover: disaster-recovery runbooks, step by step, safe to interrupt\n\nWhat happened?"
        )
        for name in site?.runbooks.names() ?? [] {
            guard let runbook = try? site?.runbooks.runbook(name) else { continue }
            let parameters = runbook.parameters.filter { $0.type != .cluster }.map {
                "--\($0.name) \($0.type.word.uppercased())"
            }
            Terminal.say(
                "  \(runbook.title)\n      recover \(name) \(parameters.joined(separator: " "))")
        }
        Terminal.say(
            """

            Before
              recover plan RUNBOOK …           show every step, do nothing
              recover drill RUNBOOK            practise it in a simulated estate
            During
              recover status [RUN]             where it stands and what to type next
              recover resume [RUN]             go on after a stop, a crash or a failure
              recover resolve RUN STEP --as done|not-done --evidence TEXT
              recover abandon RUN --why TEXT
            After
              recover journal list|show [RUN]|verify
            Runbooks
              recover runbook list|show NAME|lint [NAME]
            Everywhere
              --estate NAME  --journal DIR  --library DIR

            Exit codes: 0 recovered, 2 usage, 3 input refused, 4 prerequisite not met, 5 step failed,
            6 a human must decide, 7 journal damaged, 8 owned by another, 9 journal not writable, 10 stopped
            """)
        return .recovered
    }
}

internal import Glibc
import JSON

/// `recover-reach`: everything `recover` needs from Git and the network, in a
/// process that can be killed, owns no secrets and cannot take more memory, disk
/// or time than it was given.
///
/// An answer is one JSON object on standard output and exit 0. A refusal is one
/// JSON object on standard error, `{"code", "reason", "do"}`, with exit 2
/// (usage), 3 (input refused), 5 (failed) or 11 (refuted).
@main
struct Reach {
    static func main() {
        // A reader that went away is an error of ours, not our death.
        signal(SIGPIPE, SIG_IGN)
        do throws(Refusal) {
            let invocation = try Invocation(parsing: Array(CommandLine.arguments.dropFirst()))
            try perform(invocation)
        } catch {
            Output.standardError(error.json.utf8 + [0x0A])
            exit(error.exit.rawValue)
        }
    }

    private static func perform(_ invocation: Invocation) throws(Refusal) {
        guard let command = invocation.command else {
            try Output.standard(Array(Invocation.usage.utf8))
            return
        }
        let limits = try Limits(invocation)
        try limits.apply()
        func library() throws(Refusal) -> GitLibrary { try GitLibrary(memory: limits.bytes) }
        switch command {
        case .fetch: try FetchCommand(invocation).run(try library())
        case .prove: try ProveCommand(invocation).run(try library())
        case .accept: try AcceptCommand(invocation).run(try library())
        case .verified: try VerifiedCommand(invocation).run(try library())
        case .read: try ReadCommand(invocation).run(try library())
        case .object: try ObjectCommand(invocation).run(try library())
        case .export: try ExportCommand(invocation).run(try library())
        case .http: try HTTPProbe(invocation).run()
        case .tcp: try TCPProbe(invocation).run()
        case .dns: try DNSProbe(invocation).run()
        }
    }
}

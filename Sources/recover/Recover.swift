internal import CPosix
internal import Glibc
internal import RecoveryEngine

/// `recover`: argv in, exit code out.
@main
struct Recover {
    static func main() {
        cposix_count_signals()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitCode {
        do throws(Refusal) {
            let invocation = try Invocation(arguments)
            return try CommandTable.run(invocation)
        } catch {
            Terminal.complain(error.message)
            return error.code
        }
    }
}

/// Why a command was not carried out: what happened, what it means, what to
/// type.
struct Refusal: Error {
    let code: ExitCode
    let message: String

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

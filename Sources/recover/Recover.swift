internal import CPosix
internal import Glibc
internal import RecoveryEngine

/// `recover`: argv in, exit code out.
@main
struct Recover {
    static func main() {
        Descriptors.occupyStandard()
        cposix_count_signals()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let code = run(arguments)
        exit(outcome(code).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitCode {
        do throws(Refusal) {
            try checkText()
            return try CommandTable.run(arguments)
        } catch {
            error.complain(about: arguments)
            return error.code
        }
    }

    /// What is no text would become another text on its way.
    private static func checkText() throws(Refusal) {
        for index in 0..<Int(CommandLine.argc) {
            guard let word = CommandLine.unsafeArgv[index], String(validatingCString: word) == nil
            else { continue }
            throw Refusal(
                .usage, "argument \(index) is not UTF-8; write it as UTF-8. Nothing was done.")
        }
    }

    /// What was printed and went nowhere is an error, unless a run stands
    /// behind the exit code or the reader has seen enough.
    private static func outcome(_ code: ExitCode) -> ExitCode {
        let number = Terminal.failure
        guard number != 0, number != EPIPE else { return code }
        Terminal.complain(
            "not all could be shown: standard output cannot be written: "
                + String(cString: strerror(number)))
        return code == .recovered && !Terminal.isWatched ? .internalError : code
    }
}

/// Descriptors 0 to 2 belong to a person, whatever the caller closed.
enum Descriptors {
    /// Fills those that are closed: a journal that came to lie on descriptor 1
    /// would be overwritten by the next line that is printed.
    ///
    /// Reading from or writing to what was closed fails, as before.
    static func occupyStandard() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free descriptor is this one.
            let file = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
            if file != descriptor { _exit(ExitCode.internalError.rawValue) }
        }
    }
}

internal import Glibc
internal import RecoveryEngine

/// `recover drill …` and `recover lab …`: another program's work. This one
/// knows its name and nothing else of it.
enum LabCommand {
    static func run(_ site: Site) throws(Refusal) -> ExitCode {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "lab" { arguments.removeFirst() }
        let program = site.programs + "/recover-lab"
        guard access(program, X_OK) == 0 else {
            throw Refusal(.notReady, "\(program) is not there; drills need the lab: make build")
        }
        setenv("RECOVER_LIBRARY", site.library, 0)
        var pointers: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        pointers.append(nil)
        execv(program, &pointers)
        throw Refusal(.internalError, "\(program): \(String(cString: strerror(errno)))")
    }
}

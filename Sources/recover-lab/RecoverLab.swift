import Glibc
import LabCluster
import LabHosts

/// The simulated estate: a flight simulator for runbooks.
///
/// One program with several faces: the commands a person types, the shims of
/// the simulated machines (under the names of the programs they stand for),
/// and the inner ends of sessions and units.
@main
struct RecoverLab {
    static func main() {
        Allocator.keepFlat()
        let words = CommandLine.arguments
        if let shim = Shim(program: words.first ?? "") { exit(shim.run(Array(words.dropFirst()))) }
        exit(run(Array(words.dropFirst())))
    }

    private static func run(_ words: [String]) -> Int32 {
        let rest = Array(words.dropFirst())
        do {
            switch words.first {
            case "up": return try UpCommand(rest).run()
            case "drill": return try DrillCommand(rest).run()
            case "sweep": return try SweepCommand(rest).run()
            case "sweep-part": return try SweepPart.run(rest)
            case "enter": return try EnterCommand.run(rest)
            case "fault": return try AskCommand.fault(rest)
            case "mend": return try AskCommand.mend(rest)
            case "state": return try AskCommand.state(rest)
            case "down": return try AskCommand.down(rest)
            case "changes": return try AskCommand.changes(rest)
            case "copy": return try AskCommand.copy(rest)
            case "barrier": return try AskCommand.barrier(rest)
            case "power": return try AskCommand.power(rest)
            case "operator": return try AskCommand.operate(rest)
            case "session" where rest.count == 2:
                return Session.run(directory: rest[0], node: rest[1])
            case "git-session": return try GitSession.run(rest)
            case "unit": return UnitProgram.run(rest)
            case "machine": return MachineProgram.run(rest)
            case "--help", "help":
                Terminal.print(usage)
                return 0
            case "--version":
                Terminal.print("recover-lab \(version)")
                return 0
            default: throw UsageError("what should the lab do?")
            }
        } catch let error as UsageError {
            Complaint.say("\(error)")
            Terminal.complain(usage)
            return ExitCode.usage
        } catch let error as NamespaceRefusal {
            Complaint.say("\(error)")
            return ExitCode.prerequisite
        } catch let error as MissingTool {
            Complaint.say("\(error)")
            return ExitCode.prerequisite
        } catch let error as InputError {
            Complaint.say("\(error)")
            return ExitCode.input
        } catch {
            Complaint.say("\(error)")
            return ExitCode.failed
        }
    }

    static let version = "0.1.0"

    static let usage = """
        usage: recover-lab up [--estate E] [--fault F]… [--lifeline] DIR
               recover-lab enter DIR [--] [COMMAND…]
               recover-lab drill RUNBOOK [--estate E] [--keep DIR] [--recover PATH]
               recover-lab sweep RUNBOOK [--estate E] [--sample N] [--seed S]
                   [--keeper PATH] [--jobs N] [--only POINT]… [--verbose]
               recover-lab fault DIR NAME [WORD…] | mend DIR NAME [WORD…]
               recover-lab state [--all|--json] DIR
               recover-lab down DIR
               recover-lab changes DIR | copy DIR TARGET
               recover-lab barrier DIR CLUSTER before|after|late|hit|release|clear
                   [--ordinal N] [--method M] [--path PREFIX] [--milliseconds N]
               recover-lab power DIR NODE state|off|on
               recover-lab operator DIR        one JSON question on standard input
               recover-lab help | --version
        With --lifeline the lab goes down when its standard input ends: it does not outlive
        whoever started it.
        up, drill and sweep also take --library DIR and --tools DIR. Without --estate
        it is the only one the library has a lab for.
        These the lab starts itself: session, git-session, unit, machine, sweep-part.
        Everything in the lab is simulated: nothing in it can reach a real machine.
        """
}

/// How the program ends.
public enum ExitCode: Int32, Sendable {
    case recovered = 0
    case internalError = 1
    case usage = 2
    case refusedInput = 3
    case notReady = 4
    case stepFailed = 5
    case humanNeeded = 6
    case journalDamaged = 7
    case ownedByAnother = 8
    case journalUnwritable = 9
    case stopped = 10
    case refuted = 11
}

/// How a child process ended.
public enum Ending: Hashable, Sendable, CustomStringConvertible {
    /// It exited by itself with this code.
    case exited(Int32)
    /// A signal ended it.
    case signalled(Int32)
    /// We ended it at its deadline.
    case timedOut

    /// Exit code 0.
    public var isSuccess: Bool { self == .exited(0) }

    public var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .signalled(let signal): "signal \(signal)"
        case .timedOut: "ended at its deadline"
        }
    }
}

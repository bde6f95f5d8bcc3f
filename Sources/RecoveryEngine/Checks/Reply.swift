/// How a child ended.
public enum Exit: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    /// We ended it at its deadline.
    case timedOut

    public var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .signalled(let signal): "signal \(signal)"
        case .timedOut: "no end before its deadline"
        }
    }
}

/// What came back on a request.
public enum Reply: Hashable, Sendable {
    /// A program ran.
    case ran(Exit, stdout: [UInt8], stderr: [UInt8])
    /// An HTTP server answered.
    case http(HTTPReply)
    /// The hands know the answer themselves.
    case answered(Finding)
    /// It could not be asked.
    case cannot(String)
}

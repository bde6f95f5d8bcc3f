/// What to start: an absolute program, its arguments, its whole environment.
///
/// There is no shell and nothing is inherited: standard input is `/dev/null`
/// unless `input` says otherwise, descriptors above 2 are closed, signals are
/// reset and the child has a session of its own.
public struct Command: Hashable, Sendable {
    /// Absolute path of the program.
    public var executable: String
    /// The arguments behind `argv[0]`.
    public var arguments: [String]
    /// The whole environment.
    public var environment: [String: String]
    /// Working directory; nil keeps the parent's.
    public var directory: String?
    /// Bytes for standard input, closed behind them.
    public var input: [UInt8]

    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, input: [UInt8] = []
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }
}

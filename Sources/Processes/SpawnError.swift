internal import Glibc

/// A child that was never started: surely without effect.
public struct SpawnError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program.
    public let executable: String
    /// `errno` of the failing call.
    public let code: Int32

    public init(executable: String, code: Int32) {
        self.executable = executable
        self.code = code
    }

    public var description: String {
        "cannot start \(executable): \(String(cString: strerror(code)))"
    }
}

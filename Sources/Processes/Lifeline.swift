internal import CPosix
internal import Glibc

/// A pipe nobody writes to, whose end a child watches as its standard input:
/// when this process ends, however it ends, the child reads the end of it.
public final class Lifeline: Sendable {
    /// What the child gets.
    public let end: Int32
    private let held: Int32

    /// nil when no descriptor is left.
    public init?() {
        var ends: [Int32] = [-1, -1]
        guard cposix_pipe(&ends) == 0 else { return nil }
        end = ends[0]
        held = ends[1]
    }

    deinit {
        close(end)
        close(held)
    }
}

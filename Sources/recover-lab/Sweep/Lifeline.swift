import CPosix
import Glibc

/// A pipe whose other end a lab watches: when this process ends, however it
/// ends, so does the lab.
final class Lifeline {
    private var ends: [Int32] = [-1, -1]

    /// What the lab gets as its standard input.
    var end: Int32 { ends[0] }

    init?() { guard cposix_pipe(&ends) == 0 else { return nil } }

    deinit { for end in ends { close(end) } }
}

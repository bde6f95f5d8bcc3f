internal import Glibc

/// Reading what a child writes, without waiting and without an end to it.
public enum Pipe {
    /// Most bytes of a pipe: what a child wrote before it ended is no more.
    public static let capacity = 1 << 20

    /// What there is to say after draining.
    public enum State: Hashable, Sendable {
        /// Nothing is in it now.
        case empty
        /// There is more; whoever drains has other things to look at first.
        case more
        /// Nobody can write into it any more.
        case ended
    }

    /// Makes calls on `descriptor` return at once, and the pipe as large as an
    /// ordinary user may have it: a child that floods is held up less.
    public static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let setPipeSize: Int32 = 1031 // F_SETPIPE_SZ; refused beyond the user's limit, which is fine
        _ = fcntl(descriptor, setPipeSize, Int32(capacity))
    }

    /// Reads what is there, twice the pipe's capacity at most: whoever writes
    /// without pause must not keep the reader from its deadline.
    public static func drain(_ descriptor: Int32, into window: inout Window) -> State {
        var left = 2 * capacity
        while left > 0 {
            let count = window.fill { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return .ended }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN ? .empty : .ended
            }
            left -= count
        }
        return .more
    }
}

import Glibc
import Synchronization

/// The place where a barrier holds its request.
final class Gate: Sendable {
    private struct State {
        var barrier: Barrier?
        var seen = 0
        var isHit = false
        var isReleased = false
        var isClosing = false
    }

    private let state = Mutex(State())

    /// Sets or clears the barrier; a request held by the old one goes on.
    func set(_ barrier: Barrier?) {
        state.withLock { state in
            let isClosing = state.isClosing
            state = State(barrier: barrier, isReleased: barrier == nil, isClosing: isClosing)
        }
    }

    var isHit: Bool { state.withLock { $0.isHit } }

    func release() { state.withLock { $0.isReleased = true } }

    /// Lets every held request go without being applied: the server ends.
    func close() { state.withLock { $0.isClosing = true } }

    /// The mode in which `request` is held, if it is the one.
    func mode(for request: Request) -> Barrier.Mode? {
        state.withLock { state in
            guard let barrier = state.barrier, !state.isHit,
                barrier.verb == nil || barrier.verb == request.method,
                request.path.hasPrefix(barrier.pathPrefix)
            else { return nil }
            state.seen += 1
            guard state.seen == barrier.ordinal else { return nil }
            state.isHit = true
            return barrier.mode
        }
    }

    /// Waits for the release. False if the client or the server went first.
    func waitForRelease(isGone: () -> Bool) -> Bool {
        while true {
            let (released, closing) = state.withLock { ($0.isReleased, $0.isClosing) }
            // A client that is gone is seen before a release that comes behind it.
            if closing || isGone() { return false }
            if released { return true }
            usleep(5000)
        }
    }

    /// Waits `delay`, whatever the client does. False if the server ends first.
    func wait(_ delay: Duration) -> Bool {
        let end = ContinuousClock.now + delay
        while ContinuousClock.now < end {
            if state.withLock({ $0.isClosing }) { return false }
            usleep(5000)
        }
        return true
    }
}

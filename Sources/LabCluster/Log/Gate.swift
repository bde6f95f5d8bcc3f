import Glibc
import Synchronization

/// A place requests pass, where a barrier can hold one.
public final class Gate: Sendable {
    private struct State {
        var barrier: Barrier?
        var seen = 0
        var isHit = false
        var isReleased = false
        var isClosing = false
    }

    private let state = Mutex(State())

    /// Makes an open gate.
    public init() {}

    /// Sets or clears the barrier; a request held by the old one goes on.
    public func set(_ barrier: Barrier?) {
        state.withLock { state in
            let isClosing = state.isClosing
            state = State(barrier: barrier, isReleased: barrier == nil, isClosing: isClosing)
        }
    }

    /// Whether the barrier holds, or held, its request.
    public var isHit: Bool { state.withLock { $0.isHit } }

    /// Lets the held request go on.
    public func release() { state.withLock { $0.isReleased = true } }

    /// Whether the server ends.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Lets every held request go without being applied: the server ends.
    public func close() { state.withLock { $0.isClosing = true } }

    /// Lets a request pass: `apply` is called now, later, or never. Returns its
    /// result, or nil when the client gets no answer.
    ///
    /// - Parameter isMutating: others are held only by a barrier that names
    ///   their method.
    public func pass<Result>(
        _ method: String, _ path: String, isMutating: Bool = true, isGone: () -> Bool,
        apply: () -> Result
    ) -> Result? {
        let mode = mode(method, path, isMutating)
        switch mode {
        case .beforeApply: guard waitForRelease(isGone: isGone) else { return nil }
        case .applyLate(let delay): guard wait(delay) else { return nil }
        case .afterApply, nil: break
        }
        let result = apply()
        if mode == .afterApply, !waitForRelease(isGone: isGone) { return nil }
        return result
    }

    /// The mode in which a request is held, if it is the one.
    private func mode(_ method: String, _ path: String, _ isMutating: Bool) -> Barrier.Mode? {
        state.withLock { state in
            guard let barrier = state.barrier, !state.isHit,
                barrier.verb.map({ $0 == method }) ?? isMutating,
                path.hasPrefix(barrier.pathPrefix)
            else { return nil }
            state.seen += 1
            guard state.seen == barrier.ordinal else { return nil }
            state.isHit = true
            return barrier.mode
        }
    }

    /// Waits for the release. False if the client or the server went first.
    private func waitForRelease(isGone: () -> Bool) -> Bool {
        while true {
            let (released, closing) = state.withLock { ($0.isReleased, $0.isClosing) }
            // A client that is gone is seen before a release that comes behind it.
            if closing || isGone() { return false }
            if released { return true }
            usleep(5000)
        }
    }

    /// Waits `delay`, whatever the client does. False if the server ends first.
    private func wait(_ delay: Duration) -> Bool {
        let end = ContinuousClock.now + delay
        while ContinuousClock.now < end {
            if state.withLock({ $0.isClosing }) { return false }
            usleep(5000)
        }
        return true
    }
}

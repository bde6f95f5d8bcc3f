import Synchronization

/// A watch while it runs: asks the cluster for what is new whenever the
/// connection can send, and ends in time.
final class WatchStream: ResponseStream {
    /// The lines behind the last ones, or nil at the end.
    typealias Source = @Sendable (inout WatchFeed, _ isBookmarkDue: Bool) -> [UInt8]?

    private struct State {
        var feed: WatchFeed
        var begin: [UInt8]
        var nextBookmark: ContinuousClock.Instant
    }

    private let state: Mutex<State>
    private let source: Source
    private let end: ContinuousClock.Instant

    /// How often a client is told how far it is.
    private static let bookmarkPace = Duration.seconds(60)

    init(_ feed: WatchFeed, begin: [UInt8], timeout: Duration, source: @escaping Source) {
        state = Mutex(State(feed: feed, begin: begin, nextBookmark: .now + Self.bookmarkPace))
        self.source = source
        end = .now + timeout
    }

    func next() -> [UInt8]? {
        state.withLock { state in
            guard state.begin.isEmpty else {
                defer { state.begin = [] }
                return state.begin
            }
            let now = ContinuousClock.now
            guard now < end else { return nil }
            let isDue = now >= state.nextBookmark
            if isDue { state.nextBookmark = now + Self.bookmarkPace }
            return source(&state.feed, isDue)
        }
    }
}

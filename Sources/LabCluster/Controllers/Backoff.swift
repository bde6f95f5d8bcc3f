/// Pauses that double.
enum Backoff {
    /// The pause behind failure number `count`: `first`, doubled each time, at
    /// most `limit` times `first`.
    static func pause(after count: Int, first: Duration, limit: Int) -> Duration {
        first * min(limit, 1 << min(max(0, count - 1), 16))
    }
}

/// The moment a probe gives up.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(milliseconds: Int) { end = .now + .milliseconds(milliseconds) }

    /// Milliseconds left, rounded up; 0 when it has passed.
    var remaining: Int32 {
        let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
        return left <= 0 ? 0 : Int32(min(left.rounded(.up), 1e9))
    }
}

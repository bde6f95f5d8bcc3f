/// An answer without a known end. Asked again and again by the connection's
/// own thread, so it may be slow, but must not block.
protocol ResponseStream: Sendable {
    /// The next bytes; empty when there is nothing yet, nil at the end.
    func next() -> [UInt8]?
}

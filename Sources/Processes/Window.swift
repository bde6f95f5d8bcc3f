/// The first and last bytes of a stream, and how many there were in all.
///
/// Output of a child is unbounded; what is kept of it is not.
public struct Window: Hashable, Sendable {
    /// At most this many bytes are kept at each end.
    public let limit: Int
    /// Bytes seen in all.
    public private(set) var total = 0
    private var head: [UInt8] = []
    private var tail: [UInt8] = []

    public init(limit: Int = 1 << 20) { self.limit = limit }

    /// Takes the next bytes of the stream.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        total += bytes.count
        let room = limit - head.count
        head.append(contentsOf: bytes.prefix(room))
        guard bytes.count > room else { return }
        tail.append(contentsOf: bytes.dropFirst(max(room, 0)).suffix(limit))
        // Trimmed in large pieces, so that a flood costs one move per limit.
        if tail.count > 2 * limit { tail.removeFirst(tail.count - limit) }
    }

    /// Bytes between the two ends that were not kept.
    public var dropped: Int { max(0, total - head.count - min(tail.count, limit)) }

    /// What was kept: the head, and behind it the tail.
    public var bytes: [UInt8] { head + tail.suffix(limit) }

    /// `bytes` as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The first and last bytes of a stream, and how many there were in all.
///
/// Output of a child is unbounded; what is kept of it is not. The end is a
/// ring that whoever reads the stream reads right into, so that a flood costs
/// no more than reading it.
public struct Window: Hashable, Sendable {
    /// At most this many bytes are kept at each end.
    public let limit: Int
    /// Bytes seen in all.
    public private(set) var total = 0
    /// The first bytes.
    public private(set) var head: [UInt8] = []
    private var ring: [UInt8] = []
    /// Where the ring's oldest byte is, once it is full.
    private var next = 0

    public init(limit: Int = 1 << 20) { self.limit = max(1, limit) }

    /// Takes the next bytes of the stream.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        total += bytes.count
        let room = limit - head.count
        head.append(contentsOf: bytes.prefix(room))
        let rest = Array(bytes.dropFirst(room).suffix(limit))
        guard rest.count < limit else {
            next = (total - limit) % limit
            ring = Array(rest[(limit - next)...] + rest[..<(limit - next)])
            return
        }
        let growth = rest.prefix(limit - ring.count)
        ring.append(contentsOf: growth)
        put(rest[growth.count...])
    }

    /// Writes over the oldest bytes of the full ring.
    private mutating func put(_ bytes: ArraySlice<UInt8>) {
        let behind = bytes.prefix(limit - next), before = bytes.dropFirst(behind.count)
        ring.replaceSubrange(next..<(next + behind.count), with: behind)
        ring.replaceSubrange(0..<before.count, with: before)
        next = (next + bytes.count) % limit
    }

    /// What is read at once: more than this falls out of the processor's
    /// caches and is slower, not faster.
    private static let stroke = 64 << 10

    /// Lets `read` put the next bytes of the stream into a buffer; it returns
    /// how many they are, and this hands that on.
    public mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        guard ring.count == limit else {
            return withUnsafeTemporaryAllocation(byteCount: Self.stroke, alignment: 1) { buffer in
                let count = read(buffer)
                if count > 0 { append(buffer[0..<count]) }
                return count
            }
        }
        let place = next
        let count = ring.withUnsafeMutableBytes { bytes in
            read(UnsafeMutableRawBufferPointer(rebasing: bytes[place...].prefix(Self.stroke)))
        }
        guard count > 0 else { return count }
        total += count
        next = place + count == limit ? 0 : place + count
        return count
    }

    /// The last bytes, as far as they are not in the head.
    public var tail: [UInt8] { next == 0 ? ring : Array(ring[next...] + ring[..<next]) }

    /// Bytes between the two ends that were not kept.
    public var dropped: Int { total - head.count - ring.count }

    /// What was kept: the head, and behind it the tail.
    public var bytes: [UInt8] { head + tail }

    /// `bytes` as text; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

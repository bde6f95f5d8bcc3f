internal import CMicroHTTPD
import Glibc

/// A stream on its way to a client: libmicrohttpd asks for bytes on the
/// connection's thread and gets them as they come.
final class Chunks {
    private let stream: any ResponseStream
    private let connection: OpaquePointer
    private var pending: ArraySlice<UInt8> = []

    /// How long a thread sleeps between two looks at a stream that has nothing.
    private static let pause: UInt32 = 10_000

    private init(_ stream: any ResponseStream, to connection: OpaquePointer) {
        self.stream = stream
        self.connection = connection
    }

    /// The response that sends `stream` to its end, or nil without memory.
    static func answer(_ stream: any ResponseStream, to connection: OpaquePointer)
        -> OpaquePointer?
    {
        let context = Unmanaged.passRetained(Chunks(stream, to: connection)).toOpaque()
        let answer = MHD_create_response_from_callback(
            UInt64.max, 32 * 1024,
            { context, _, buffer, room in
                guard let context, let buffer else { return -1 }
                return Unmanaged<Chunks>.fromOpaque(context).takeUnretainedValue()
                    .fill(UnsafeMutableRawBufferPointer(start: buffer, count: room))
            }, context
        ) { context in
            if let context { Unmanaged<Chunks>.fromOpaque(context).release() }
        }
        if answer == nil { Unmanaged<Chunks>.fromOpaque(context).release() }
        return answer
    }

    /// Puts what there is into `buffer`, waiting for it; -1 is the end.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while pending.isEmpty {
            guard let next = stream.next(), !Connections.isGone(connection) else { return -1 }
            pending = next[...]
            if pending.isEmpty { usleep(Self.pause) }
        }
        let count = min(pending.count, buffer.count)
        buffer.copyBytes(from: pending.prefix(count))
        pending = pending.dropFirst(count)
        return count
    }
}

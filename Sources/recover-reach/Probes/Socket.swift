internal import Glibc

/// Owns one non-blocking socket that talks to one endpoint.
final class Socket {
    enum Kind {
        case stream, datagrams
    }

    let endpoint: Endpoint
    let descriptor: Int32

    /// Opens the socket and begins to connect.
    init(_ kind: Kind, to endpoint: Endpoint) throws(SystemError) {
        self.endpoint = endpoint
        let type = (kind == .stream ? SOCK_STREAM : SOCK_DGRAM).rawValue
        let flags = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        descriptor = socket(endpoint.address.isV6 ? AF_INET6 : AF_INET, Int32(type | flags), 0)
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        let begun = endpoint.withSocketAddress { Glibc.connect(descriptor, $0, $1) }
        // An interrupted connect goes on by itself.
        guard begun == 0 || errno == EINPROGRESS || errno == EINTR else {
            throw SystemError(code: errno)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Waits until one of `sockets` is ready for `events`, or in error, and
    /// returns those; none when the time has passed.
    static func ready(_ sockets: [Socket], for events: Int32, within milliseconds: Int32)
        -> [Socket]
    {
        var waits = sockets.map { pollfd(fd: $0.descriptor, events: Int16(events), revents: 0) }
        guard poll(&waits, nfds_t(waits.count), milliseconds) > 0 else { return [] }
        return zip(sockets, waits).filter { $0.1.revents != 0 }.map(\.0)
    }

    /// What became of the connecting: 0 or an errno.
    var outcome: Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
    }

    /// Sends what fits; returns how much that was.
    func send(_ bytes: some Collection<UInt8>) throws(SystemError) -> Int {
        let bytes = Array(bytes)
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw SystemError(code: errno) }
        return 0
    }

    /// One datagram, or what a stream has; nil when there is nothing now,
    /// empty at the end of a stream.
    func receive(_ limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &bytes, limit, 0)
        if count >= 0 { return Array(bytes.prefix(count)) }
        guard errno == EAGAIN || errno == EINTR else { throw SystemError(code: errno) }
        return nil
    }
}

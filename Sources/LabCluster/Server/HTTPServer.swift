internal import CMicroHTTPD
import Glibc

/// HTTPS on one socket, a thread for each connection.
///
/// The thread may be held as long as it takes: that is what barriers need.
final class HTTPServer: Sendable {
    /// Answers a request; nil drops the connection without an answer. The
    /// closure tells whether the client has gone.
    typealias Responder = @Sendable (Request, _ isGone: () -> Bool) -> Response?

    struct StartError: Error, CustomStringConvertible {
        let description = "libmicrohttpd could not start (no TLS support, or a bad key)"
    }

    fileprivate let responder: Responder
    /// Set once in `init`, used again only by `stop`, which libmicrohttpd makes
    /// safe against its own threads.
    private nonisolated(unsafe) var daemon: OpaquePointer?

    /// Serves `descriptor`, a listening socket that now belongs to the server.
    init(
        descriptor: Int32, certificate: [UInt8], key: [UInt8], responder: @escaping Responder
    ) throws(StartError) {
        self.responder = responder
        daemon = nil
        let flags =
            MHD_USE_TLS.rawValue | MHD_USE_THREAD_PER_CONNECTION.rawValue
            | MHD_USE_INTERNAL_POLLING_THREAD.rawValue | MHD_USE_POLL.rawValue
        // libmicrohttpd reads both texts during the start only.
        let started = (certificate + [0]).withUnsafeBufferPointer { certificate in
            (key + [0]).withUnsafeBufferPointer { key -> OpaquePointer? in
                guard let certificate = certificate.baseAddress, let key = key.baseAddress else {
                    return nil
                }
                let options: [any CVarArg] = [
                    Int32(MHD_OPTION.LISTEN_SOCKET.rawValue), descriptor,
                    Int32(MHD_OPTION.HTTPS_MEM_CERT.rawValue), certificate,
                    Int32(MHD_OPTION.HTTPS_MEM_KEY.rawValue), key,
                    Int32(MHD_OPTION.CONNECTION_TIMEOUT.rawValue), UInt32(300),
                    Int32(MHD_OPTION.END.rawValue),
                ]
                return withVaList(options) { options in
                    MHD_start_daemon_va(
                        flags, 0, nil, nil, accept, Unmanaged.passUnretained(self).toOpaque(),
                        options)
                }
            }
        }
        guard let started else {
            close(descriptor)
            throw StartError()
        }
        daemon = started
    }

    /// Closes every connection and waits for their threads.
    func stop() {
        guard let running = daemon else { return }
        daemon = nil
        MHD_stop_daemon(running)
    }
}

/// The body of a request while it arrives.
private final class Upload {
    var request: Request
    init(_ request: Request) { self.request = request }
}

/// libmicrohttpd's access handler: called once for the head, for each piece of
/// the body, and once more at the end.
private let accept: MHD_AccessHandlerCallback = {
    context, connection, url, method, _, piece, count, slot in
    guard let context, let connection, let url, let method, let count, let slot else {
        return MHD_Result.NO
    }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    guard let known = slot.pointee else {
        let upload = Upload(Connections.head(connection, method: method, url: url))
        slot.pointee = Unmanaged.passRetained(upload).toOpaque()
        return MHD_Result.YES
    }
    let upload = Unmanaged<Upload>.fromOpaque(known).takeUnretainedValue()
    if count.pointee > 0, let piece {
        upload.request.body += UnsafeRawBufferPointer(start: piece, count: count.pointee)
        count.pointee = 0
        return MHD_Result.YES
    }
    slot.pointee = nil
    Unmanaged<Upload>.fromOpaque(known).release()
    let response = server.responder(upload.request) { Connections.isGone(connection) }
    return response.map { Connections.send($0, to: connection) } ?? MHD_Result.NO
}

/// The calls that take a connection of libmicrohttpd.
enum Connections {
    private typealias Fields = (query: [String: String], headers: [String: String])

    /// Variadic in the header, so Swift does not import it: looked up by name.
    /// Only its two fixed parameters are ever passed.
    private typealias Question =
        @convention(c) (OpaquePointer, MHD_ConnectionInfoType) -> UnsafePointer<
            MHD_ConnectionInfo
        >?
    private static let info: Question? = dlsym(nil, "MHD_get_connection_info").map {
        unsafeBitCast($0, to: Question.self)
    }

    static func head(
        _ connection: OpaquePointer, method: UnsafePointer<CChar>, url: UnsafePointer<CChar>
    ) -> Request {
        var request = Request(method: String(cString: method), path: String(cString: url))
        request.query = fields(connection, MHD_ValueKind.GET_ARGUMENT_KIND)
        for (name, value) in fields(connection, MHD_ValueKind.HEADER_KIND) {
            request.headers[name.lowercased()] = value
        }
        request.client = client(connection)
        return request
    }

    private static func fields(_ connection: OpaquePointer, _ kind: MHD_ValueKind) -> [String:
        String]
    {
        var fields: [String: String] = [:]
        withUnsafeMutablePointer(to: &fields) { pointer in
            _ = MHD_get_connection_values(
                connection, kind,
                { context, _, name, value in
                    guard let context, let name else { return MHD_Result.NO }
                    let fields = context.assumingMemoryBound(to: [String: String].self)
                    fields.pointee[String(cString: name)] = value.map { String(cString: $0) } ?? ""
                    return MHD_Result.YES
                }, pointer)
        }
        return fields
    }

    private static func client(_ connection: OpaquePointer) -> String {
        guard
            let address = info?(connection, MHD_ConnectionInfoType.CONNECTION_INFO_CLIENT_ADDRESS)?
                .pointee.client_addr
        else { return "" }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let isV6 = Int32(address.pointee.sa_family) == AF_INET6
        let length = isV6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        let code = getnameinfo(
            address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { return "" }
        return String(
            decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the client closed its side or died.
    static func isGone(_ connection: OpaquePointer) -> Bool {
        guard
            let descriptor = info?(
                connection, MHD_ConnectionInfoType.CONNECTION_INFO_CONNECTION_FD)?.pointee
                .connect_fd
        else { return false }
        // POLLRDHUP is 0x2000 on Linux; its header hides it from Swift.
        let hangUp = Int16(0x2000 | POLLHUP | POLLERR)
        var question = pollfd(fd: descriptor, events: hangUp, revents: 0)
        return poll(&question, 1, 0) > 0 && question.revents & hangUp != 0
    }

    static func send(_ response: Response, to connection: OpaquePointer) -> MHD_Result {
        let answer =
            response.stream.map { Chunks.answer($0, to: connection) } ?? whole(response.body)
        guard let answer else { return MHD_Result.NO }
        defer { MHD_destroy_response(answer) }
        MHD_add_response_header(answer, "Content-Type", response.contentType)
        MHD_add_response_header(answer, "Cache-Control", "no-cache, private")
        return MHD_queue_response(connection, UInt32(response.status), answer)
    }

    private static func whole(_ bytes: [UInt8]) -> OpaquePointer? {
        bytes.withUnsafeBytes { body in
            // Copied by libmicrohttpd, which never writes through the pointer.
            MHD_create_response_from_buffer(
                body.count, UnsafeMutableRawPointer(mutating: body.baseAddress),
                MHD_ResponseMemoryMode.RESPMEM_MUST_COPY)
        }
    }
}

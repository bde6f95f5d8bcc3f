import Glibc
import Synchronization

/// HTTP or HTTPS on one address and port, for what answers beside the API.
///
/// With TLS the certificate is chosen by the name the client asks for, and may
/// be another one at the next connection: there is one server for each
/// certificate in use, and the door hands it the connections that want it.
public final class WebDoor: Sendable {
    /// Answers one request; nil drops the connection.
    public typealias Responder = @Sendable (WebRequest) -> WebAnswer?
    /// The certificate for a name; nil when the client named none.
    public typealias Certificates = @Sendable (_ name: String?) -> ServerCertificate

    private struct State {
        var servers: [ServerCertificate?: HTTPServer] = [:]
        var isClosed = false
    }

    private let listener: Int32
    private let certificates: Certificates?
    private let responder: Responder
    private let state = Mutex(State())

    /// The port it listens on.
    public let port: UInt16

    /// Listens. Without `certificates` it speaks plain HTTP.
    public init(
        address: String, port: UInt16, certificates: Certificates?, responder: @escaping Responder
    ) throws {
        let (listener, bound) = try Listener.open(address: address, port: port)
        self.listener = listener
        self.port = bound
        self.certificates = certificates
        self.responder = responder
        guard certificates != nil else {
            let server = try HTTPServer(
                descriptor: listener, certificate: nil, key: nil,
                responder: WebDoor.adapted(responder))
            state.withLock { $0.servers[nil] = server }
            return
        }
        Thread.run { [self] in accept() }
    }

    /// Answers nobody any more; waits for the answers under way.
    public func close() {
        let servers = state.withLock { state in
            defer { state.servers = [:] }
            state.isClosed = true
            return Array(state.servers.values)
        }
        if certificates != nil {
            shutdown(listener, Int32(SHUT_RDWR))
            Glibc.close(listener)
        }
        for server in servers { server.stop() }
    }

    private static func adapted(_ responder: @escaping Responder) -> HTTPServer.Responder {
        { request, _ in
            responder(
                WebRequest(
                    method: request.method, path: request.path, query: request.query,
                    headers: request.headers, body: request.body, client: request.client)
            ).map {
                Response(
                    status: $0.status, contentType: $0.contentType, body: $0.body,
                    headers: $0.headers)
            }
        }
    }

    // MARK: TLS

    private func accept() {
        while true {
            var client = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let connection = withUnsafeMutablePointer(to: &client) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.accept(listener, $0, &length)
                }
            }
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let (from, size) = (client, length)
            Thread.run { [self] in hand(connection, from, size) }
        }
    }

    /// Looks at the first message without taking it, and hands the connection
    /// to the server with the right certificate.
    private func hand(_ connection: Int32, _ client: sockaddr_storage, _ length: socklen_t) {
        let name = ClientHello.serverName(peeked(connection))
        guard let certificate = certificates?(name), let server = server(for: certificate) else {
            Glibc.close(connection)
            return
        }
        withUnsafePointer(to: client) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                server.adopt(connection, $0, length: length)
            }
        }
    }

    private func peeked(_ connection: Int32) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 16 + 1 << 14)
        for _ in 0..<100 {
            var question = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
            guard poll(&question, 1, 5000) > 0 else { return [] }
            let count = recv(connection, &buffer, buffer.count, Int32(MSG_PEEK))
            guard count > 0 else { return [] }
            let bytes = Array(buffer.prefix(count))
            if ClientHello.isComplete(bytes) { return bytes }
            usleep(10_000) // the rest of the message is on its way
        }
        return []
    }

    private func server(for certificate: ServerCertificate) -> HTTPServer? {
        state.withLock { state in
            if let known = state.servers[certificate] { return known }
            guard !state.isClosed else { return nil }
            let server = try? HTTPServer(
                descriptor: nil, certificate: certificate.chain, key: certificate.key,
                responder: WebDoor.adapted(responder))
            state.servers[certificate] = server
            return server
        }
    }
}

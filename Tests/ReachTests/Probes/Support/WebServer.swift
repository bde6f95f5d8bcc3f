import Dispatch
import Glibc
import Synchronization
import Testing

/// A plain HTTP server that says exactly what a test wants, byte for byte, and
/// keeps what it was asked.
final class WebServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let asked = Mutex<[String]>([])
    private let ended = DispatchSemaphore(value: 0)

    /// The requests so far, each up to the empty line.
    var requests: [String] { asked.withLock { $0 } }

    /// Every connection gets `head` and `answer`; `isEndless` repeats the answer
    /// until the other side goes; `isSilent` never says anything.
    init(
        _ answer: String, isEndless: Bool = false, head: String = "", isSilent: Bool = false
    ) throws {
        let bound = try Loopback.socket(SOCK_STREAM)
        descriptor = bound.descriptor
        port = bound.port
        try #require(listen(descriptor, 16) == 0)
        let thread = DispatchQueue(label: "web")
        let listening = descriptor
        thread.async { [ended, weak self] in
            defer { ended.signal() }
            while true {
                let connection = accept(listening, nil, nil)
                guard connection >= 0 else { return }
                defer { close(connection) }
                guard let request = Self.request(connection) else { continue }
                self?.asked.withLock { $0.append(request) }
                if isSilent {
                    // Until the other side gives up.
                    var byte: UInt8 = 0
                    _ = recv(connection, &byte, 1, 0)
                    continue
                }
                var isThere = Self.say(head, on: connection)
                repeat {
                    isThere = isThere && Self.say(answer, on: connection)
                } while isEndless && isThere
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        ended.wait()
        close(descriptor)
    }

    private static func say(_ text: String, on connection: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    private static func request(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &part, part.count, 0)
            guard count > 0 else { return nil }
            bytes += part.prefix(count)
            let text = String(decoding: bytes, as: UTF8.self)
            if text.contains("\r\n\r\n") { return text }
        }
    }
}

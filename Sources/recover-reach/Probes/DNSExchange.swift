internal import Glibc

/// One question to one server: over UDP, and over TCP when the answer is too
/// long for that.
struct DNSExchange {
    private let server: Endpoint
    private let question: DNSQuestion
    private let id: UInt16
    private let deadline: Deadline

    init(_ server: Endpoint, _ question: DNSQuestion, id: UInt16, deadline: Deadline) {
        self.server = server
        self.question = question
        self.id = id
        self.deadline = deadline
    }

    /// The answer; nil when there was none in time. It is still truncated when
    /// there is no TCP to be had.
    func message() throws(SystemError) -> DNSMessage? {
        guard let short = try overDatagrams() else { return nil }
        guard short.isTruncated else { return short }
        do throws(SystemError) {
            return try overStream() ?? short
        } catch {
            return short
        }
    }

    /// A datagram may be lost: the question is sent again every second.
    private func overDatagrams() throws(SystemError) -> DNSMessage? {
        // The socket is connected: the kernel drops what other addresses send.
        let socket = try Socket(.datagrams, to: server)
        while deadline.remaining > 0 {
            _ = try socket.send(question.query(id: id))
            let again = Deadline(milliseconds: min(1000, Int(deadline.remaining)))
            while again.remaining > 0 {
                guard !Socket.ready([socket], for: POLLIN, within: again.remaining).isEmpty,
                    let bytes = try socket.receive(65_535)
                else { continue }
                if let message = DNSMessage(bytes, answering: question, id: id) { return message }
            }
        }
        return nil
    }

    private func overStream() throws(SystemError) -> DNSMessage? {
        let socket = try Socket(.stream, to: server)
        let query = question.query(id: id)
        var unsent = ([UInt8(query.count >> 8), UInt8(query.count & 0xFF)] + query)[...]
        while !unsent.isEmpty {
            guard deadline.remaining > 0 else { return nil }
            guard !Socket.ready([socket], for: POLLOUT, within: deadline.remaining).isEmpty else {
                continue
            }
            unsent = unsent.dropFirst(try socket.send(unsent))
        }
        var received: [UInt8] = []
        while deadline.remaining > 0 {
            guard !Socket.ready([socket], for: POLLIN, within: deadline.remaining).isEmpty,
                let bytes = try socket.receive(65_537)
            else { continue }
            guard !bytes.isEmpty else { return nil }
            received += bytes
            guard received.count >= 2 else { continue }
            let size = Int(received[0]) << 8 | Int(received[1])
            guard received.count >= 2 + size else { continue }
            return DNSMessage(Array(received[2..<2 + size]), answering: question, id: id)
        }
        return nil
    }
}

import JSON
import Processes
import Testing

@testable import recover_reach

/// `dns` against servers that lie, stay silent or talk nonsense.
@Suite struct DNSForgeryTests {
    /// An answer to `query`, which has one question: 10.6.6.6 or another address.
    private static func answer(
        _ query: [UInt8], id: UInt16? = nil, flags: [UInt8] = [0x81, 0x80], last: UInt8 = 6,
        question: ArraySlice<UInt8>? = nil, name: [UInt8] = [0xC0, 0x0C]
    ) -> [UInt8] {
        let own = UInt16(query[0]) << 8 | UInt16(query[1])
        let id = id ?? own
        return [UInt8(id >> 8), UInt8(id & 0xFF)] + flags + [0, 1, 0, 1, 0, 0, 0, 0]
            + (question ?? query[12...]) + name + [0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 6, 6, last]
    }

    @Test func `an answer with a wrong id is ignored`() throws {
        let server = try DatagramServer { query in
            let own = UInt16(query[0]) << 8 | UInt16(query[1])
            return [Self.answer(query, id: own ^ 1), Self.answer(query, id: own ^ 0x100, last: 7)]
                + [Self.answer(query, last: 1)]
        }
        let answer = try NameServer.ask(port: server.port, "a.test", "A")
        #expect(answer.json?["answers"] == ["10.6.6.1"])
    }

    @Test func `answers that are never the right ones are no answer`() throws {
        let server = try DatagramServer { query in
            let own = UInt16(query[0]) << 8 | UInt16(query[1])
            let other = try? DNSQuestion("b.test", .a).query(id: own)[12...]
            let type = try? DNSQuestion("a.test", .aaaa).query(id: own)[12...]
            return [
                Self.answer(query, id: own &+ 1), Self.answer(query, question: other),
                Self.answer(query, question: type), Self.answer(query, flags: [0x01, 0x00]),
                Self.answer(query, flags: [0xA9, 0x80]), query, [], [0], Array(query.prefix(11)),
            ]
        }
        let begin = ContinuousClock.now
        let answer = try NameServer.ask(port: server.port, "a.test", "A", milliseconds: 400)
        let took = ContinuousClock.now - begin
        #expect(answer.code == "DN-TIMEOUT", "\(answer.json as Any)")
        #expect(took >= .milliseconds(400) && took < .milliseconds(1400))
    }

    @Test func `a lost datagram is asked for again`() throws {
        let count = Counter()
        let server = try DatagramServer { query in count.next() == 0 ? [] : [Self.answer(query)] }
        let answer = try NameServer.ask(port: server.port, "a.test", "A", milliseconds: 4000)
        #expect(answer.json?["answers"] == ["10.6.6.6"])
    }

    @Test(arguments: [(1, "DN-FAILED"), (2, "DN-SERVFAIL"), (4, "DN-FAILED"), (5, "DN-REFUSED")])
    func `a server that cannot say is no answer`(_ rcode: UInt8, _ code: String) throws {
        let server = try DatagramServer { [Self.answer($0, flags: [0x81, 0x80 | rcode])] }
        let answer = try NameServer.ask(port: server.port, "a.test", "A")
        #expect(answer.code == code)
        #expect(answer.ending == .exited(5))
        #expect(answer.output.isEmpty)
    }

    @Test func `a truncated answer without TCP is no answer`() throws {
        let server = try DatagramServer { [Self.answer($0, flags: [0x83, 0x80])] }
        let answer = try NameServer.ask(port: server.port, "a.test", "A")
        #expect(answer.code == "DN-TRUNCATED")
    }

    @Test func `records that make no sense are no answer`() throws {
        // A pointer to itself, one forward, a reserved label, and records that end too early.
        let names: [[UInt8]] = [[0xC0, 24], [0xC0, 200], [0x80], []]
        for name in names {
            let server = try DatagramServer { [Self.answer($0, name: name)] }
            #expect(
                try NameServer.ask(port: server.port, "a.test", "A").code == "DN-FAILED", "\(name)")
        }
    }

    @Test func `records of other names are not the answer`() throws {
        let server = try DatagramServer { [Self.answer($0, name: [1, 0x78, 0])] }
        let answer = try NameServer.ask(port: server.port, "a.test", "A")
        #expect(answer.json == ["rcode": "NOERROR", "answers": []])
    }

    @Test func `a ring of aliases ends`() throws {
        let question = try DNSQuestion("a.test", .a)
        var bytes = question.query(id: 7)
        bytes[2] = 0x81
        bytes[7] = 2
        let a: [UInt8] = [0xC0, 0x0C], b: [UInt8] = [1, 0x62, 0]
        bytes += a + [0, 5, 0, 1, 0, 0, 0, 1, 0, 3] + b + b + [0, 5, 0, 1, 0, 0, 0, 1, 0, 2] + a
        let message = try #require(DNSMessage(bytes, answering: question, id: 7))
        #expect(message.answers == [])
    }

    @Test func `no bytes bring the reader down`() throws {
        let question = try DNSQuestion("a.test", .a)
        let whole = Self.answer(question.query(id: 7))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: 12..<bytes.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            bytes = Array(bytes.prefix(Int.random(in: 12...bytes.count, using: &random)))
            _ = DNSMessage(bytes, answering: question, id: 7)?.answers
            var reader = DNSReader(bytes, at: Int.random(in: 0...bytes.count, using: &random))
            if let name = reader.name() { #expect(name.utf8.count <= 4 * 255) }
        }
    }
}

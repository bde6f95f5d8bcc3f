internal import Glibc
import JSON

/// `dns`: what one named server says about one name. The resolver of this
/// machine has no part in it.
struct DNSProbe {
    private let server: Endpoint
    private let question: DNSQuestion
    private let milliseconds: Int

    init(_ invocation: Invocation) throws(Refusal) {
        let address = try ProbeFamily.dns.address(invocation["server"])
        let port = try invocation.number("server-port", default: 53, in: 1...65_535)
        server = Endpoint(address, port: port)
        milliseconds = try invocation.milliseconds()
        guard let type = DNSRecordType(rawValue: invocation["type"]) else {
            let types = DNSRecordType.allCases.map(\.rawValue).joined(separator: ", ")
            throw ProbeFamily.dns.refused(
                "TYPE", "there is no probe for records of type '\(invocation["type"].shown)'",
                do: "Ask for one of \(types).")
        }
        do throws(Objection) {
            question = try DNSQuestion(invocation["name"], type)
        } catch {
            throw ProbeFamily.dns.refused(
                "NAME", "'\(invocation["name"].shown)': \(error.reason)",
                do: "Name it as it stands in the zone, such as api.example.org.")
        }
    }

    func run() throws(Refusal) {
        let deadline = Deadline(milliseconds: milliseconds)
        var random = SystemRandomNumberGenerator()
        let id = UInt16(truncatingIfNeeded: random.next())
        var message: DNSMessage?
        do throws(SystemError) {
            message = try DNSExchange(server, question, id: id, deadline: deadline).message()
        } catch {
            throw ProbeFamily.dns.failed(
                "FAILED", "\(server) cannot be asked: \(error)",
                do: "Check that a name server runs there and answers this machine.")
        }
        guard let message else { throw ProbeFamily.dns.timedOut("\(server)", after: milliseconds) }
        try answer(message)
    }

    private func answer(_ message: DNSMessage) throws(Refusal) {
        let words = [
            0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
        ]
        let word = words[message.code] ?? "code \(message.code)"
        guard message.code == 0 || message.code == 3 else {
            let code = [2: "SERVFAIL", 5: "REFUSED"][message.code] ?? "FAILED"
            throw ProbeFamily.dns.failed(
                code, "\(server) answers \(word) for \(question.name) \(question.type.rawValue)",
                do: "Look at the log of that server; this says nothing about the name.")
        }
        guard !message.isTruncated else {
            throw ProbeFamily.dns.failed(
                "TRUNCATED", "\(server) has a longer answer than it can send, and none over TCP",
                do: "Let the server answer over TCP, too.")
        }
        guard let answers = message.answers else {
            throw ProbeFamily.dns.failed(
                "FAILED", "\(server) answers \(question.name) with records that make no sense",
                do: "Check what really listens there.")
        }
        try Output.answer([
            "rcode": .string(word), "answers": .array(answers.map { .string($0) }),
        ])
    }
}

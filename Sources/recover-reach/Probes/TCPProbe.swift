internal import Glibc
import JSON

/// `tcp`: whether somebody accepts connections. Not one byte is sent.
struct TCPProbe {
    private let host: Host
    private let port: Int
    private let milliseconds: Int

    init(_ invocation: Invocation) throws(Refusal) {
        port = try invocation.number("port", default: 0, in: 1...65_535)
        milliseconds = try invocation.milliseconds()
        do throws(Objection) {
            host = try Host(invocation["address"])
        } catch {
            throw ProbeFamily.tcp.refused(
                "ADDRESS", error.reason,
                do: "Name a host such as db.example.org, 10.0.0.7 or fd00::7.")
        }
    }

    /// Asks every address of the host at the same time; one that accepts is enough.
    func run() throws(Refusal) {
        let deadline = Deadline(milliseconds: milliseconds)
        var waiting: [Socket] = []
        var failures: [SystemError] = []
        for endpoint in try endpoints() {
            do throws(SystemError) {
                waiting.append(try Socket(.stream, to: endpoint))
            } catch {
                failures.append(error)
            }
        }
        while !waiting.isEmpty, deadline.remaining > 0 {
            for socket in Socket.ready(waiting, for: POLLOUT, within: deadline.remaining) {
                let outcome = socket.outcome
                guard outcome != 0 else { return try Output.answer(["answer": "connected"]) }
                failures.append(SystemError(code: outcome))
                waiting.removeAll { $0 === socket }
            }
        }
        try judge(failures, isWaiting: !waiting.isEmpty)
    }

    private func judge(_ failures: [SystemError], isWaiting: Bool) throws(Refusal) {
        if isWaiting || failures.contains(where: { $0.code == ETIMEDOUT }) {
            throw ProbeFamily.tcp.timedOut(whom, after: milliseconds)
        }
        // An address family this machine has no route for says nothing about the other side.
        guard !failures.contains(where: { $0.code == ECONNREFUSED }) else {
            return try Output.answer(["answer": "refused"])
        }
        throw ProbeFamily.tcp.failed(
            "FAILED", "\(whom) cannot be reached: \(failures.first?.description ?? "no address")",
            do: "Check the route to it from this machine.")
    }

    private var whom: String {
        switch host {
        case .name(let name): "\(name):\(port)"
        case .address(let address): "\(Endpoint(address, port: port))"
        }
    }

    private func endpoints() throws(Refusal) -> [Endpoint] {
        let name: String
        switch host {
        case .address(let address): return [Endpoint(address, port: port)]
        case .name(let text): name = text
        }
        let found = try look(up: name)
        if let reason = found.lazy.compactMap(\.address.objection).first {
            throw ProbeFamily.tcp.refused(
                "ADDRESS", "\(name) leads to an address no probe goes to: \(reason)",
                do: "Find out who changed the name; give the address itself if it is another.")
        }
        return found
    }

    /// Blocks; the process ends itself when this takes longer than the deadline.
    private func look(up name: String) throws(Refusal) -> [Endpoint] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, String(port), &hints, &first)
        defer { if let first { freeaddrinfo(first) } }
        var found: [Endpoint] = []
        var next = first
        while code == 0, let entry = next, found.count < 16 {
            if let address = entry.pointee.ai_addr {
                let length = Int(entry.pointee.ai_addrlen)
                found += [Endpoint(UnsafeRawPointer(address), length: length)].compactMap { $0 }
            }
            next = entry.pointee.ai_next
        }
        guard !found.isEmpty else {
            let reason = code == 0 ? "it has no address" : String(cString: gai_strerror(code))
            throw ProbeFamily.tcp.failed(
                "HOST", "\(name) was not found: \(reason)",
                do: "Check the name, and that name servers answer this machine.")
        }
        return found
    }
}

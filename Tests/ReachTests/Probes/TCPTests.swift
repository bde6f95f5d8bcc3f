import Glibc
import JSON
import Processes
import Testing

@Suite struct TCPTests {
    private func ask(
        _ address: String, _ port: Int, milliseconds: Int = 3000
    ) throws -> Program.Answer {
        try Program.run([
            "tcp", "--address", address, "--port", "\(port)", "--deadline-ms", "\(milliseconds)",
        ])
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `somebody listens, and hears nothing`(_ address: String) throws {
        let (listening, port) = try Loopback.socket(SOCK_STREAM)
        defer { close(listening) }
        try #require(listen(listening, 4) == 0)
        let answer = try ask(address, port)
        #expect(answer.json == ["answer": "connected"], "\(answer.refusal as Any)")
        #expect(answer.ending == .exited(0))
        let connection = accept(listening, nil, nil)
        defer { close(connection) }
        var byte: UInt8 = 0
        #expect(recv(connection, &byte, 1, 0) == 0)
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `nobody listens`(_ address: String) throws {
        let answer = try ask(address, try Loopback.freePort())
        #expect(answer.json == ["answer": "refused"], "\(answer.refusal as Any)")
        #expect(answer.ending == .exited(0))
    }

    /// A full queue drops what comes: nobody accepts and nobody refuses.
    @Test func `a host that says nothing is a time-out`() throws {
        let (listening, port) = try Loopback.socket(SOCK_STREAM)
        defer { close(listening) }
        try #require(listen(listening, 0) == 0)
        var fillers: [Int32] = []
        defer { for filler in fillers { close(filler) } }
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            fillers.append(filler)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        usleep(100_000)
        let begin = ContinuousClock.now
        let answer = try ask("127.0.0.1", port, milliseconds: 300)
        let took = ContinuousClock.now - begin
        #expect(answer.code == "TC-TIMEOUT", "\(answer.json as Any)")
        #expect(answer.ending == .exited(5))
        #expect(took >= .milliseconds(300) && took < .milliseconds(1300))
    }

    @Test func `a name nobody knows is not found`() throws {
        let code = try ask("nobody.invalid", 1, milliseconds: 20_000).code
        #expect(code == "TC-HOST" || code == "TC-TIMEOUT")
    }

    @Test(arguments: [
        "169.254.169.254", "0x7f.1", "127.1", "2130706433", "::ffff:127.0.0.1", "fe80::1", "a b",
        "",
        "-x", "[::1]", "224.0.0.1", "127.0.0.1/8", "http://a",
    ])
    func `an address in disguise is refused`(_ address: String) throws {
        let answer = try ask(address, 80)
        #expect(answer.code == "TC-ADDRESS")
        #expect(answer.ending == .exited(3))
    }

    @Test(arguments: ["0", "65536", "x", "-1"])
    func `a port is a port`(_ port: String) throws {
        let answer = try Program.run([
            "tcp", "--address", "127.0.0.1", "--port", port, "--deadline-ms", "100",
        ])
        #expect(answer.ending == .exited(2))
    }
}

import JSON
import Processes
import Testing

/// `dns` against the real dnsmasq.
@Suite struct DNSTests {
    private static let records = [
        "--address=/api.lab.test/10.0.0.2", "--host-record=two.lab.test,10.0.0.9,fd00::9",
        "--host-record=two.lab.test,10.0.0.10", "--cname=www.lab.test,two.lab.test",
        "--txt-record=note.lab.test,v=1 \"quoted\",second", "--txt-record=note.lab.test,another",
        "--srv-host=_api._tcp.lab.test,two.lab.test,6443,10,5",
        "--srv-host=_api._tcp.lab.test,api.lab.test,6443,20,1",
        "--mx-host=lab.test,two.lab.test,10",
        "--txt-record=long.lab.test," + String(repeating: "a", count: 250),
        "--txt-record=long.lab.test," + String(repeating: "b", count: 250),
        "--txt-record=long.lab.test," + String(repeating: "c", count: 250),
    ]

    @Test func `every kind of record comes back as text`() throws {
        let server = try NameServer(Self.records)
        let expected: [(String, String, [String])] = [
            ("api.lab.test", "A", ["10.0.0.2"]),
            ("API.lab.test.", "A", ["10.0.0.2"]),
            ("two.lab.test", "A", ["10.0.0.10", "10.0.0.9"]),
            ("two.lab.test", "AAAA", ["fd00::9"]),
            ("www.lab.test", "A", ["10.0.0.10", "10.0.0.9"]),
            ("www.lab.test", "CNAME", ["two.lab.test"]),
            ("note.lab.test", "TXT", ["another", "v=1 \"quoted\"second"]),
            ("_api._tcp.lab.test", "SRV", ["10 5 6443 two.lab.test", "20 1 6443 api.lab.test"]),
            ("lab.test", "MX", ["10 two.lab.test"]),
            ("two.lab.test", "TXT", []),
        ]
        for (name, type, answers) in expected {
            let answer = try server.ask(name, type)
            #expect(answer.ending == .exited(0), "\(name) \(type): \(answer.refusal as Any)")
            #expect(answer.json?["rcode"] == "NOERROR", "\(name) \(type)")
            #expect(
                answer.json?["answers"]?.array?.compactMap(\.string) == answers, "\(name) \(type)")
        }
    }

    @Test func `what does not fit a datagram comes over TCP`() throws {
        let server = try NameServer(Self.records)
        let answer = try server.ask("long.lab.test", "TXT")
        let texts = ["a", "b", "c"].map { String(repeating: $0, count: 250) }
        #expect(
            answer.json?["answers"]?.array?.compactMap(\.string) == texts,
            "\(answer.refusal as Any)")
    }

    @Test func `no such name is an answer, a refusal is none`() throws {
        let server = try NameServer(Self.records)
        let missing = try server.ask("nobody.lab.test", "A")
        #expect(missing.json == ["rcode": "NXDOMAIN", "answers": []])
        #expect(missing.ending == .exited(0))
        let foreign = try server.ask("example.org", "A")
        #expect(foreign.code == "DN-REFUSED")
        #expect(foreign.ending == .exited(5))
        #expect(foreign.output.isEmpty)
    }

    @Test func `a port nobody listens on is no answer`() throws {
        let answer = try NameServer.ask(port: try Loopback.freePort(), "a.test", "A")
        #expect(answer.code == "DN-FAILED")
        #expect(answer.ending == .exited(5))
    }

    @Test(arguments: [
        ["--server", "dns.example.org"], ["--server", "127.1"], ["--server", "169.254.1.1"],
    ])
    func `the server is an address`(_ server: [String]) throws {
        let answer = try Program.run(
            ["dns", "--name", "a", "--type", "A", "--deadline-ms", "100"] + server)
        #expect(answer.code == "DN-ADDRESS")
        #expect(answer.ending == .exited(3))
    }

    @Test(arguments: ["", ".", "a..b", ".a", "a b", "é.test", "a\nb", "*.a"])
    func `a name is a name`(_ name: String) throws {
        #expect(try NameServer.ask(port: 53, name, "A").code == "DN-NAME")
        #expect(try NameServer.ask(port: 53, "a.test", "ANY").code == "DN-TYPE")
    }
}

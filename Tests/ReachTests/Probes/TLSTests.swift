import JSON
import Processes
import Testing

/// `http` against the real `openssl s_server`.
@Suite struct TLSTests {
    private func ask(
        _ port: Int, name: String = "api.test", path: String = "hello", _ more: [String] = []
    ) throws -> Program.Answer {
        try Program.run(
            [
                "http", "--url", "https://\(name):\(port)/\(path)", "--address", "127.0.0.1",
                "--deadline-ms", "5000",
            ] + more)
    }

    @Test func `a certificate of a private authority is trusted with it, and only with it`() throws
    {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        let (server, port) = try authority.serve("api")
        let answer = try ask(port, ["--ca", authority.certificate])
        #expect(answer.ending == .exited(0), "\(answer.error)")
        #expect(answer.json?["status"] == 200)
        #expect(answer.json?["body"] == "hello\n")
        #expect(answer.json?.at("headers", "x-served-by") == "s_server")
        #expect(answer.json?.at("certificate", "subject") == "CN=api")
        #expect(answer.json?.at("certificate", "expires") == .int(try authority.end(of: "api")))

        let stranger = try Authority("Another CA")
        for options in [[], ["--ca", stranger.certificate]] {
            let refused = try ask(port, options)
            #expect(refused.code == "HT-UNTRUSTED")
            #expect(refused.ending == .exited(5))
            #expect(refused.output.isEmpty)
            #expect(refused.refusal?["reason"]?.string?.contains("CN=api") == true)
        }
        withExtendedLifetime(server) {}
    }

    @Test func `an expired certificate says when`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test", days: -1)
        let (server, port) = try authority.serve("api")
        let answer = try ask(port, ["--ca", authority.certificate])
        #expect(answer.code == "HT-EXPIRED")
        #expect(answer.ending == .exited(5))
        let reason = try #require(answer.refusal?["reason"]?.string)
        let seconds = try authority.end(of: "api")
        let date = try authority.openssl(["x509", "-in", "api.pem", "-noout", "-enddate"])
        #expect(reason.contains("CN=api"))
        // Of "notAfter=Nov 20 02:28:59 2026 GMT" the time of day is what cannot be there by chance.
        let clock = try #require(date.split(separator: " ").first { $0.contains(":") })
        #expect(reason.contains(clock), "\(reason), and it was \(seconds)")
        withExtendedLifetime(server) {}
    }

    @Test func `a certificate for another name is refused`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:other.test,IP:127.0.0.1")
        let (server, port) = try authority.serve("api")
        let answer = try ask(port, ["--ca", authority.certificate])
        #expect(answer.code == "HT-NAME")
        #expect(answer.ending == .exited(5))
        #expect(answer.refusal?["reason"]?.string?.contains("api.test") == true)
        #expect(
            try ask(port, name: "other.test", ["--ca", authority.certificate]).json?["status"]
                == 200)
        #expect(
            try ask(port, name: "127.0.0.1", ["--ca", authority.certificate]).json?["status"] == 200
        )
        withExtendedLifetime(server) {}
    }

    @Test func `the server is told the name of the URL`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        try authority.issue("shop", for: "DNS:shop.test")
        let (server, port) = try authority.serve(
            "api", ["-servername", "shop.test", "-cert2", "shop.pem", "-key2", "shop.key"])
        for name in ["api", "shop"] {
            let answer = try ask(port, name: "\(name).test", ["--ca", authority.certificate])
            #expect(answer.json?.at("certificate", "subject") == .string("CN=\(name)"))
        }
        withExtendedLifetime(server) {}
    }

    @Test func `a certificate is shown where one is demanded`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        try authority.issue("probe", for: "DNS:probe.test")
        let (server, port) = try authority.serve("api", ["-Verify", "1", "-CAfile", "ca.pem"])
        let identity = [
            "--cert", authority.path("probe.pem"), "--key", authority.path("probe.key"),
        ]
        let answer = try ask(port, ["--ca", authority.certificate] + identity)
        #expect(answer.json?["status"] == 200, "\(answer.refusal as Any)")
        let without = try ask(port, ["--ca", authority.certificate])
        #expect(without.code == "HT-FAILED")
        #expect(without.refusal?["reason"]?.string?.contains("certificate required") == true)
        let mixed = ["--cert", authority.path("probe.pem"), "--key", authority.path("api.key")]
        #expect(try ask(port, ["--ca", authority.certificate] + mixed).code == "HT-FILE")
        withExtendedLifetime(server) {}
    }

    @Test func `a key with a passphrase is an error and no question`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        try authority.openssl([
            "pkey", "-in", "api.key", "-aes-128-cbc", "-passout", "pass:secret", "-out",
            "locked.key",
        ])
        let (server, port) = try authority.serve("api")
        let identity = ["--cert", authority.path("api.pem"), "--key", authority.path("locked.key")]
        #expect(try ask(port, ["--ca", authority.certificate] + identity).code == "HT-FILE")
        withExtendedLifetime(server) {}
    }

    @Test func `an authority that is no certificate is refused`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        try authority.folder.write("nothing\n", to: "nothing.pem")
        let (server, port) = try authority.serve("api")
        let answer = try ask(port, ["--ca", authority.path("nothing.pem")])
        #expect(answer.code == "HT-FILE")
        #expect(answer.ending == .exited(3))
        withExtendedLifetime(server) {}
    }

    @Test func `old TLS is not spoken`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        let (server, port) = try authority.serve("api", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        #expect(try ask(port, ["--ca", authority.certificate]).code == "HT-FAILED")
        withExtendedLifetime(server) {}
    }

    @Test func `a redirect over TLS is an answer`() throws {
        let authority = try Authority()
        try authority.issue("api", for: "DNS:api.test")
        try authority.folder.write(
            "HTTP/1.0 301 Moved\r\nLocation: https://127.0.0.1:1/\r\n\r\n", to: "moved")
        let (server, port) = try authority.serve("api")
        let answer = try ask(port, path: "moved", ["--ca", authority.certificate])
        #expect(answer.json?["status"] == 301)
        withExtendedLifetime(server) {}
    }
}

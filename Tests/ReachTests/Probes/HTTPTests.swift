import Glibc
import JSON
import Processes
import Testing

/// `http` against servers on this machine that speak plainly.
@Suite struct HTTPTests {
    private func ask(
        _ url: String, _ more: [String] = [], milliseconds: Int = 5000,
        environment: [String: String] = [:]
    ) throws -> Program.Answer {
        try Program.run(
            ["http", "--url", url, "--deadline-ms", "\(milliseconds)"] + more,
            environment: environment)
    }

    @Test func `status, headers and body come back`() throws {
        let server = try WebServer(
            "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\nX-Reason: a\r\nx-reason: b\r\nEmpty:\r\n\r\nlater"
        )
        let answer = try ask(
            "http://127.0.0.1:\(server.port)/a/../b?c=%20",
            ["--header", "X-Probe: one", "--header", "Y:"])
        #expect(answer.ending == .exited(0))
        #expect(answer.output.count { $0 == 0x0A } == 1)
        #expect(
            answer.json == [
                "status": 503, "body": "later", "truncated": false,
                "headers": ["content-length": "5", "x-reason": "a, b", "empty": ""],
            ])
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("GET /a/../b?c=%20 HTTP/1.1\r\n"))
        #expect(request.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(request.contains("\r\nX-Probe: one\r\n"))
        #expect(request.contains("\r\nY:\r\n"))
        #expect(!request.contains("Authorization"))
    }

    @Test func `HEAD has no body`() throws {
        let server = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        let answer = try ask("http://127.0.0.1:\(server.port)/", ["--method", "HEAD"])
        #expect(answer.json?["status"] == 200)
        #expect(answer.json?["body"] == "")
        #expect(server.requests.first?.hasPrefix("HEAD / ") == true)
    }

    @Test func `a redirect is an answer and nobody goes there`() throws {
        let other = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let server = try WebServer(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(other.port)/\r\nContent-Length: 0\r\n\r\n"
        )
        let answer = try ask("http://127.0.0.1:\(server.port)/")
        #expect(answer.json?["status"] == 302)
        #expect(answer.json?.at("headers", "location")?.string == "http://127.0.0.1:\(other.port)/")
        #expect(other.requests.isEmpty)
    }

    @Test func `an interim answer is not the answer`() throws {
        let server = try WebServer(
            "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 204 No Content\r\nX-Late: 1\r\n\r\n"
        )
        let answer = try ask("http://127.0.0.1:\(server.port)/")
        #expect(answer.json?["status"] == 204)
        #expect(answer.json?["headers"] == ["x-late": "1"])
    }

    @Test func `the address is overridden and the name stays`() throws {
        let server = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let url = "http://shop.example.org:\(server.port)/"
        let answer = try ask(url, ["--address", "127.0.0.1"])
        #expect(answer.json?["status"] == 200)
        #expect(
            server.requests.first?.contains("\r\nHost: shop.example.org:\(server.port)\r\n") == true
        )
    }

    @Test func `no proxy of the environment is used`() throws {
        let proxy = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let server = try WebServer("HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n")
        let place = "http://127.0.0.1:\(proxy.port)"
        let answer = try ask(
            "http://127.0.0.1:\(server.port)/",
            environment: ["http_proxy": place, "all_proxy": place, "HTTP_PROXY": place])
        #expect(answer.json?["status"] == 418)
        #expect(proxy.requests.isEmpty)
    }

    @Test func `no netrc is read`() throws {
        let folder = try Folder()
        try folder.write("default login ada password secret\n", to: ".netrc")
        try folder.write("proxy = http://127.0.0.1:1\n", to: ".curlrc")
        let server = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let answer = try ask("http://127.0.0.1:\(server.port)/", environment: ["HOME": folder.path])
        #expect(answer.json?["status"] == 200)
        #expect(server.requests.first?.contains("Authorization") == false)
    }

    @Test(arguments: [(0, ""), (1, "a"), (5, "abcde"), (7, "abcdeab")])
    func `an endless body is cut`(_ limit: Int, _ body: String) throws {
        let server = try WebServer("abcde", isEndless: true, head: "HTTP/1.1 200 OK\r\n\r\n")
        let answer = try ask("http://127.0.0.1:\(server.port)/", ["--max-bytes", "\(limit)"])
        #expect(answer.ending == .exited(0))
        #expect(answer.json?["body"]?.string == body)
        #expect(answer.json?["truncated"] == true)
    }

    @Test func `by default one mebibyte is read`() throws {
        let server = try WebServer("abcde", isEndless: true, head: "HTTP/1.1 200 OK\r\n\r\n")
        let answer = try ask("http://127.0.0.1:\(server.port)/")
        #expect(answer.json?["body"]?.string?.utf8.count == 1 << 20)
        #expect(answer.json?["truncated"] == true)
    }

    @Test func `a body of exactly the limit is whole`() throws {
        let server = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde")
        let answer = try ask("http://127.0.0.1:\(server.port)/", ["--max-bytes", "5"])
        #expect(answer.json?["truncated"] == false)
        #expect(answer.json?["body"] == "abcde")
    }

    @Test func `endless headers are no answer`() throws {
        let server = try WebServer(
            "X-More: abcdefgh\r\n", isEndless: true, head: "HTTP/1.1 200 OK\r\n")
        let answer = try ask("http://127.0.0.1:\(server.port)/")
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "HT-FAILED")
        #expect(answer.refusal?["reason"]?.string?.contains("64 KiB of headers") == true)
    }

    @Test func `a silent server is waited for until the deadline`() throws {
        let server = try WebServer("", isSilent: true)
        let begin = ContinuousClock.now
        let answer = try ask("http://127.0.0.1:\(server.port)/", milliseconds: 300)
        let took = ContinuousClock.now - begin
        #expect(answer.code == "HT-TIMEOUT")
        #expect(answer.ending == .exited(5))
        #expect(took >= .milliseconds(300) && took < .milliseconds(1300))
    }

    @Test func `a port nobody listens on refuses`() throws {
        let answer = try ask("http://127.0.0.1:\(try Loopback.freePort())/")
        #expect(answer.code == "HT-REFUSED")
        #expect(answer.ending == .exited(5))
        #expect(answer.output.isEmpty)
    }

    @Test func `what is not HTTP is no answer`() throws {
        for words in [
            "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "",
        ] {
            let server = try WebServer(words)
            let answer = try ask("http://127.0.0.1:\(server.port)/")
            #expect(answer.code == "HT-FAILED", "\(words)")
        }
    }

    @Test func `a name nobody knows is not found`() throws {
        let answer = try ask("http://nobody.invalid/", milliseconds: 20_000)
        #expect(answer.code == "HT-HOST" || answer.code == "HT-TIMEOUT")
    }

    @Test(arguments: [
        ["--address", "169.254.169.254"], ["--address", "0x7f.1"],
        ["--address", "::ffff:127.0.0.1"],
        ["--address", "localhost"], ["--address", "fe80::1"],
    ])
    func `an address in disguise is refused`(_ options: [String]) throws {
        let answer = try ask("http://example.org/", options)
        #expect(answer.code == "HT-ADDRESS")
        #expect(answer.ending == .exited(3))
    }

    @Test func `a URL outside the grammar is refused by the program, too`() throws {
        for url in [
            "file:///etc/passwd", "http://2130706433/", "http://a@b/", "gopher://127.0.0.1/_",
        ] {
            let answer = try ask(url)
            #expect(answer.code == "HT-URL")
            #expect(answer.ending == .exited(3))
        }
        #expect(try ask("http://a/", ["--header", "Host: b"]).code == "HT-HEADER")
        #expect(try ask("http://a/", ["--ca", "/nonexistent"]).code == "HT-FILE")
        for wrong in [
            ["--cert", "/x"], ["--method", "PUT"], ["--deadline", "1"], ["--max-bytes", "-1"],
        ] {
            #expect(try ask("http://a/", wrong).ending == .exited(2), "\(wrong)")
        }
    }

    /// The hosts file of a mount namespace stands for a name server that lies.
    @Test func `a name that leads to link-local is not followed`() throws {
        let folder = try Folder()
        try folder.write("169.254.169.254 meta.test\n127.0.0.1 web.test\n", to: "hosts")
        let server = try WebServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        func ask(_ arguments: String) throws -> Captured {
            let mount = "mount --bind \(folder.path)/hosts /etc/hosts"
            let script = "\(mount) && exec \(try Program.path()) \(arguments)"
            return try Command(
                "/usr/bin/unshare", ["-rm", "/bin/sh", "-c", script],
                environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"]
            ).capture(deadline: .seconds(30))
        }
        let port = server.port
        let good = try ask("http --url http://web.test:\(port)/ --deadline-ms 3000")
        #expect(good.ending == .exited(0), "\(good.error.text)")
        let bad = try ask("http --url http://meta.test:\(port)/ --deadline-ms 3000")
        #expect(bad.ending == .exited(3))
        #expect(bad.error.text.contains(#""HT-ADDRESS""#))
        let stream = try ask("tcp --address meta.test --port \(port) --deadline-ms 3000")
        #expect(stream.ending == .exited(3))
        #expect(stream.error.text.contains(#""TC-ADDRESS""#))
        #expect(
            try ask("tcp --address web.test --port \(port) --deadline-ms 3000").ending == .exited(0)
        )
    }
}

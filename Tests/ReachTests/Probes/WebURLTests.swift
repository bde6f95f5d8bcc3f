import Testing

@testable import recover_reach

@Suite struct WebURLTests {
    @Test(arguments: [
        // other schemes, and no scheme
        "", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://example.org/",
        "dict://h:2628/",
        "HTTP://example.org/", "http:/example.org/", "http:example.org", "//example.org/",
        "example.org",
        "javascript:alert(1)", "unix:///run/docker.sock", "https//example.org",
        // users, and what looks like one
        "http://user@example.org/", "http://user:secret@example.org/", "http://a@b@example.org/",
        "http://example.org@127.0.0.1/", "http://127.0.0.1:80@example.org/",
        // addresses in disguise
        "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://127.1/", "http://127.0.1/", "http://127.0.0.1./", "http://127.0.0.01/",
        "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://0.0.0.0/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/",
        "http://256.1.1.1/", "http://1.2.3.4.5/", "http://0x/", "http://１２７.0.0.1/",
        "http://127%2e0.0.1/", "http://2852039166/",
        // link-local and metadata, multicast
        "http://169.254.169.254/latest/meta-data/", "http://169.254.0.1/", "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/", "http://[febf::1]/", "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/", "http://[fd00:ec2::254]/", "http://224.0.0.1/",
        "http://[ff02::1]/", "http://255.255.255.255/",
        // broken hosts and ports
        "http://", "http:///x", "http://:80/", "http://exa mple.org/", "http://-a.example/",
        "http://a-.example/", "http://a..example/", "http://.example/", "http://example.org./",
        "http://a_b.example/", "http://exämple.org/", "http://a,b/", "http://[::1/", "http://::1/",
        "http://[example.org]/", "http://[127.0.0.1]/", "http://[::1]x/", "http://example.org:0/",
        "http://example.org:/", "http://example.org:65536/", "http://example.org:080/",
        "http://example.org:+80/", "http://example.org:80:80/", "http://example.org:８０/",
        // paths
        "http://example.org/a b", "http://example.org/a\nb", "http://example.org/\r\nHost:%20x",
        "http://example.org/a\u{0}b", "http://example.org/%0d%0aX", "http://example.org/%00",
        "http://example.org/%7F", "http://example.org/%zz", "http://example.org/%4",
        "http://example.org/%", "http://example.org/#x", "http://example.org#@127.0.0.1/",
        "http://example.org\\@127.0.0.1/", "http://example.org/a\\b", "http://example.org/<x>",
        "http://example.org/{a,b}", "http://example.org/[1-9]", "http://example.org/é",
        " http://example.org/", "http://example.org/ ", "\thttp://example.org/",
    ])
    func `a URL outside the grammar is refused`(_ text: String) {
        #expect(throws: Objection.self) { try WebURL(text) }
    }

    @Test(arguments: [
        ("http://example.org", "http://example.org:80/"),
        ("https://example.org", "https://example.org:443/"),
        ("http://example.org/", "http://example.org:80/"),
        ("http://Example.ORG/", "http://Example.ORG:80/"),
        ("https://example.org:8443/healthz", "https://example.org:8443/healthz"),
        ("http://example.org?x=1", "http://example.org:80/?x=1"),
        ("http://example.org/a?x=http://other/@y", "http://example.org:80/a?x=http://other/@y"),
        ("http://example.org/a%20b/%C3%A4", "http://example.org:80/a%20b/%C3%A4"),
        ("http://example.org/../a/./b", "http://example.org:80/../a/./b"),
        ("http://localhost:65535/", "http://localhost:65535/"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/"),
        ("https://10.0.0.7:6443/livez", "https://10.0.0.7:6443/livez"),
        ("https://[::1]:6443/", "https://[::1]:6443/"),
        ("https://[fd00::7]/v2/", "https://[fd00::7]:443/v2/"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]:443/"),
        (
            "http://k8s-api.kube-system.svc.cluster.local/",
            "http://k8s-api.kube-system.svc.cluster.local:80/"
        ),
        ("http://4chan.example/", "http://4chan.example:80/"),
        ("http://127.0.0.1.example/", "http://127.0.0.1.example:80/"),
        ("http://0xcafe.example/", "http://0xcafe.example:80/"),
        (
            "http://xn--exmple-cua.org/~a/(b)!$&'*+,;=:@",
            "http://xn--exmple-cua.org:80/~a/(b)!$&'*+,;=:@"
        ),
    ])
    func `an honest URL is put together again from its parts`(_ text: String, _ whole: String)
        throws
    {
        #expect(try WebURL(text).text == whole)
    }

    @Test func `a URL has an end`() throws {
        let start = "http://example.org/"
        let longest = start + String(repeating: "a", count: 2048 - start.utf8.count)
        #expect(try WebURL(longest).target.utf8.count == 2048 - start.utf8.count + 1)
        #expect(throws: Objection.self) { try WebURL(longest + "a") }
    }

    @Test(arguments: [
        "X", ": v", "X y: v", "X: a\r\nEvil: b", "X: a\nb", "X: a\u{0}", "Host: other",
        "host: other",
        "Content-Length: 3", "Transfer-Encoding: chunked", "Connection: close", "Ä: v", "",
    ])
    func `a header that could be more than one is refused`(_ text: String) {
        #expect(throws: Objection.self) { try HeaderField(text) }
    }

    @Test(arguments: [
        ("Accept: text/plain", "Accept: text/plain"), ("X:v", "X: v"), ("X:  v \t", "X: v"),
        ("X-Empty:", "X-Empty;"), ("X: a:b; c", "X: a:b; c"),
    ])
    func `a header is trimmed and kept`(_ text: String, _ line: String) throws {
        #expect(try HeaderField(text).line == line)
    }
}

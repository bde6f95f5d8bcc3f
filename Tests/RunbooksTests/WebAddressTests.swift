import Testing

@testable import Runbooks

@Suite struct `A literal URL` {
    /// The table the program that asks is tested with, too.
    @Test(arguments: [
        "", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://example.org/",
        "HTTP://example.org/",
        "http:/example.org/", "//example.org/", "example.org", "unix:///run/docker.sock",
        "http://user@example.org/", "http://user:secret@example.org/", "http://a@b@example.org/",
        "http://example.org@127.0.0.1/", "http://2130706433/", "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/", "http://127.0.0.1./",
        "http://127.0.0.01/",
        "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://0.0.0.0/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/",
        "http://256.1.1.1/", "http://1.2.3.4.5/", "http://0x/", "http://１２７.0.0.1/",
        "http://127%2e0.0.1/", "http://2852039166/", "http://169.254.169.254/latest/meta-data/",
        "http://169.254.0.1/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[febf::1]/",
        "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fd00:ec2::254]/",
        "http://224.0.0.1/", "http://[ff02::1]/", "http://255.255.255.255/", "http://", "http:///x",
        "http://:80/", "http://exa mple.org/", "http://-a.example/", "http://a-.example/",
        "http://a..example/", "http://.example/", "http://example.org./", "http://a_b.example/",
        "http://exämple.org/", "http://a,b/", "http://[::1/", "http://::1/",
        "http://[example.org]/",
        "http://[127.0.0.1]/", "http://[::1]x/", "http://example.org:0/", "http://example.org:/",
        "http://example.org:65536/", "http://example.org:080/", "http://example.org:+80/",
        "http://example.org:80:80/", "http://example.org:８０/", "http://example.org/a b",
        "http://example.org/a\nb", "http://example.org/a\u{0}b", "http://example.org/%0d%0aX",
        "http://example.org/%00", "http://example.org/%7F", "http://example.org/%zz",
        "http://example.org/%4",
        "http://example.org/%", "http://example.org/#x", "http://example.org#@127.0.0.1/",
        "http://example.org\\@127.0.0.1/", "http://example.org/a\\b", "http://example.org/<x>",
        "http://example.org/{a,b}", "http://example.org/[1-9]", "http://example.org/é",
        " http://example.org/", "http://example.org/ ",
    ])
    func `outside the grammar is refused`(_ text: String) {
        let reason = WebAddress.objection(to: text)
        #expect(reason != nil)
        #expect(reason?.contains("secret") != true)
    }

    @Test(arguments: [
        "http://example.org", "https://example.org:8443/healthz", "http://Example.ORG/",
        "http://example.org?x=1", "http://example.org/a?x=http://other/@y",
        "http://example.org/a%20b/%C3%A4",
        "http://localhost:65535/", "http://127.0.0.1:1/", "https://10.0.0.7:6443/livez",
        "https://[::1]:6443/",
        "https://[fd00::7]/v2/",
    ])
    func `inside it is taken`(_ text: String) { #expect(WebAddress.objection(to: text) == nil) }
}

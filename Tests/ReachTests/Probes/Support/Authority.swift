import Processes
import Testing

/// A private authority and what it issued, made by the real openssl.
final class Authority: Sendable {
    let folder: Folder

    var certificate: String { "\(folder.path)/ca.pem" }

    init(_ name: String = "Probe CA") throws {
        folder = try Folder()
        try openssl(
            ["req", "-x509", "-subj", "/CN=\(name)", "-days", "30"] + Self.newKey("ca")
                + ["-out", "ca.pem"])
    }

    /// Issues a certificate as `name.pem` and `name.key`.
    func issue(_ name: String, for names: String, days: Int = 30) throws {
        try folder.write("subjectAltName=\(names)\n", to: "\(name).ext")
        try openssl(["req", "-subj", "/CN=\(name)"] + Self.newKey(name) + ["-out", "\(name).csr"])
        try openssl([
            "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", String(days), "-extfile", "\(name).ext", "-out",
            "\(name).pem",
        ])
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @discardableResult
    func openssl(_ arguments: [String]) throws -> String {
        let captured = try Command("/usr/bin/openssl", arguments, directory: folder.path)
            .capture(deadline: .seconds(30))
        try #require(captured.ending.isSuccess, "openssl \(arguments): \(captured.error.text)")
        return captured.output.text
    }

    /// The end of a certificate in seconds since 1970, as `date` reads openssl's words.
    func end(of name: String) throws -> Int {
        let text = try openssl(["x509", "-in", "\(name).pem", "-noout", "-enddate"])
        let date = String(text.dropFirst("notAfter=".count).prefix { $0 != "\n" })
        let captured = try Command("/bin/date", ["-u", "-d", date, "+%s"]).capture(
            deadline: .seconds(30))
        return try #require(Int(captured.output.text.prefix { $0.isNumber }))
    }

    /// `openssl s_server` with certificate `name`, serving files of the folder
    /// that hold whole HTTP answers. Returns it and its port.
    func serve(_ name: String, _ more: [String] = []) throws -> (Daemon, port: Int) {
        try folder.write(
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nX-Served-By: s_server\r\n\r\nhello\n",
            to: "hello")
        let daemon = try Daemon(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", "\(name).pem", "-key",
                "\(name).key",
            ] + more, in: folder, log: "\(name).log")
        return (daemon, try #require(Int(try daemon.waitFor("ACCEPT 127.0.0.1:"))))
    }

    private static func newKey(_ name: String) -> [String] {
        [
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            "\(name).key",
        ]
    }
}

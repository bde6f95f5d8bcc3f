import Digest
import Processes

/// Keys and certificates, made by the `openssl` program.
enum OpenSSL {
    /// A certificate that is wanted, with a key of its own.
    struct Request: Hashable, Sendable {
        /// `/O=system:masters/CN=system:admin`.
        var subject: String
        /// `clientAuth` or `serverAuth`, both, or none: then it is an authority.
        var usages: [String] = []
        /// `IP:10.0.0.1` or `DNS:kubernetes`.
        var names: [String] = []
        var days = 365
    }

    /// Makes a key at `path.key` and a certificate at `path.crt`, signed by the
    /// authority at `authority` (also without ending), or by itself.
    static func make(_ request: Request, at path: String, authority: String? = nil) throws {
        var signer: [String] = []
        if let authority { signer = ["-CA", "\(authority).crt", "-CAkey", "\(authority).key"] }
        // A certificate that was valid until yesterday comes by another way.
        guard request.days > 0 else { return try makeExpired(request, at: path, signer) }
        try run(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-config", "/dev/stdin", "-extensions", "wanted", "-subj",
                request.subject, "-days", String(request.days), "-keyout", "\(path).key", "-out",
                "\(path).crt",
            ] + signer, input: configuration(request))
    }

    private static func makeExpired(
        _ request: Request, at path: String, _ signer: [String]
    ) throws {
        try run(
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-config", "/dev/stdin", "-subj", request.subject, "-keyout",
                "\(path).key", "-out", "\(path).csr",
            ], input: configuration(request))
        try run(
            [
                "x509", "-req", "-in", "\(path).csr", "-days", String(request.days), "-out",
                "\(path).crt", "-CAcreateserial", "-extfile", "/dev/stdin", "-extensions", "wanted",
            ] + signer, input: configuration(request))
        Files.remove("\(path).csr")
    }

    /// Makes a private key at `path`.
    static func makeKey(_ path: String) throws {
        try run(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path])
    }

    /// Writes the public half of the key at `path`.
    static func writePublicKey(_ path: String, to target: String) throws {
        try run(["pkey", "-in", path, "-pubout", "-out", target])
    }

    /// Whether the authority at `authority` signed the certificate at `path`,
    /// however old it is.
    static func verifies(_ path: String, authority: String) -> Bool {
        let done = try? Command(
            "/usr/bin/openssl", ["verify", "-no_check_time", "-CAfile", authority, path]
        ).capture(deadline: .seconds(30))
        return done?.ending.isSuccess == true
    }

    /// SHA-256 of the public key in the certificate at `path`, as
    /// `--discovery-token-ca-cert-hash` wants it.
    static func keyDigest(_ path: String) throws -> String {
        let key = try run(["x509", "-noout", "-pubkey", "-in", path])
        let lines = key.split(separator: "\n").filter { !$0.hasPrefix("-") }
        return SHA256.hex(Base64.decode(lines.joined()) ?? [])
    }

    /// Whether the certificate at `path` is valid for `days` more.
    static func lasts(_ path: String, days: Int) throws -> Bool {
        let seconds = String(days * 86400)
        return try Command(
            "/usr/bin/openssl", ["x509", "-noout", "-checkend", seconds, "-in", path]
        )
        .capture(deadline: .seconds(30)).ending.isSuccess
    }

    /// What `openssl x509` prints of the certificate at `path`.
    static func describe(_ path: String, _ options: [String]) throws -> String {
        try run(["x509", "-noout", "-in", path] + options)
    }

    private static func configuration(_ request: Request) -> String {
        var lines = ["[req]", "distinguished_name = name", "[name]", "[wanted]"]
        if request.usages.isEmpty {
            lines += [
                "basicConstraints = critical, CA:TRUE",
                "keyUsage = critical, keyCertSign, cRLSign, digitalSignature",
                "subjectKeyIdentifier = hash",
            ]
        } else {
            lines += [
                "basicConstraints = critical, CA:FALSE", "keyUsage = critical, digitalSignature",
                "extendedKeyUsage = \(request.usages.joined(separator: ", "))",
            ]
        }
        if !request.names.isEmpty {
            lines.append("subjectAltName = \(request.names.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @discardableResult
    private static func run(_ arguments: [String], input: String = "") throws -> String {
        let captured = try Command("/usr/bin/openssl", arguments, input: Array(input.utf8))
            .capture(deadline: .seconds(30))
        guard captured.ending.isSuccess else {
            throw AuthorityError(
                arguments: arguments, words: captured.error.text,
                ending: captured.ending.description)
        }
        return captured.output.text
    }
}

/// `openssl` could not make a key or a certificate.
struct AuthorityError: Error, CustomStringConvertible {
    let arguments: [String]
    let words: String
    let ending: String

    var description: String { "openssl \(arguments.joined(separator: " ")): \(ending): \(words)" }
}

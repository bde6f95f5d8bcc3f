import Digest
import JSON
import Processes

/// The cluster's certificate authority, its server certificate and its admin
/// token, kept in one directory under k3s's names so that a restarted or
/// restored lab keeps its identity.
struct Authority: Sendable {
    /// Path of the CA certificate.
    let certificatePath: String
    /// The CA certificate, PEM.
    let certificate: [UInt8]
    /// The server's certificate and key, PEM.
    let serverCertificate: [UInt8], serverKey: [UInt8]
    /// Bearer token of the administrator.
    let token: String

    /// Opens `directory`, making with the `openssl` program what is missing. The
    /// server certificate is made anew when its addresses change.
    init(directory: String, cluster: String, addresses: [String]) throws {
        try Files.makeDirectory(directory)
        let config = "\(directory)/openssl.cnf"
        let names =
            addresses.map { "IP:\($0)" } + [
                "IP:127.0.0.1", "DNS:localhost", "DNS:kubernetes", "DNS:kubernetes.default",
            ]
        let text = Self.configuration(names: names)
        certificatePath = "\(directory)/server-ca.crt"
        if try Files.read(certificatePath) == nil {
            try Self.makeKey("\(directory)/server-ca.key")
            try Files.write(Array(text.utf8), to: config, mode: 0o600)
            try Self.openssl([
                "req", "-x509", "-new", "-config", config, "-extensions", "authority", "-days",
                "3650",
                "-key", "\(directory)/server-ca.key", "-subj", "/CN=k3s-server-ca@\(cluster)",
                "-out", certificatePath,
            ])
        }
        let serverPath = "\(directory)/serving-kube-apiserver"
        if try Files.read("\(serverPath).crt") == nil || Files.read(config) != Array(text.utf8) {
            try Self.makeKey("\(serverPath).key")
            try Files.write(Array(text.utf8), to: config, mode: 0o600)
            try Self.openssl([
                "req", "-x509", "-new", "-config", config, "-extensions", "server", "-days", "365",
                "-key", "\(serverPath).key", "-subj", "/CN=kube-apiserver",
                "-CA", certificatePath, "-CAkey", "\(directory)/server-ca.key",
                "-out", "\(serverPath).crt",
            ])
        }
        certificate = try Files.read(certificatePath) ?? []
        serverCertificate = try Files.read("\(serverPath).crt") ?? []
        serverKey = try Files.read("\(serverPath).key") ?? []
        token = try Self.token("\(directory)/admin.token")
    }

    /// What `/cacerts | sha256sum` shows: the hash in a full server token.
    var certificateDigest: String { SHA256.hex(certificate) }

    private static func token(_ path: String) throws -> String {
        if let bytes = try Files.read(path) { return String(decoding: bytes, as: UTF8.self) }
        let token = SHA256.hexadecimal(Random.bytes(32))
        try Files.write(Array(token.utf8), to: path, mode: 0o600)
        return token
    }

    private static func configuration(names: [String]) -> String {
        """
        [req]
        distinguished_name = name
        [name]
        [authority]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign, digitalSignature
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = \(names.joined(separator: ", "))

        """
    }

    private static func makeKey(_ path: String) throws {
        try openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path])
    }

    private static func openssl(_ arguments: [String]) throws {
        let captured = try Command("/usr/bin/openssl", arguments).capture(deadline: .seconds(30))
        guard captured.ending.isSuccess else {
            throw AuthorityError(
                arguments: arguments, words: captured.error.text,
                ending: captured.ending.description)
        }
    }
}

/// `openssl` could not make a key or a certificate.
struct AuthorityError: Error, CustomStringConvertible {
    let arguments: [String]
    let words: String
    let ending: String

    var description: String { "openssl \(arguments.joined(separator: " ")): \(ending): \(words)" }
}

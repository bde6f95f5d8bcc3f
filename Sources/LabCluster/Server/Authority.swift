import Digest

/// What the API of a cluster shows and wants on one server: the authority's
/// certificate, the server's own, and the administrator's token.
///
/// They lie in one folder under k3s's names, so that a restarted, restored or
/// copied server keeps its identity.
struct Authority: Sendable {
    /// Path of the CA certificate.
    let certificatePath: String
    /// The CA certificate, PEM.
    let certificate: [UInt8]
    /// The server's certificate and key, PEM.
    let serverCertificate: [UInt8], serverKey: [UInt8]
    /// Bearer token of the administrator. It stands for a client certificate:
    /// whoever restores the authority's key takes the old kubeconfig, and a new
    /// authority does not.
    let token: String

    /// Opens `directory`, making what is missing of it. The server certificate
    /// is made anew when its addresses change.
    init(directory: String, cluster: String, addresses: [String]) throws {
        try Files.makeDirectory(directory)
        try LeafCertificates(directory: directory, addresses: addresses).makeServing()
        try self.init(directory: directory)
    }

    /// Reads what there is in `directory`.
    init(directory: String) throws {
        func read(_ name: String) throws -> [UInt8] { try Files.read("\(directory)/\(name)") ?? [] }
        let clientKey = try read("client-ca.key")
        self.init(
            certificatePath: "\(directory)/server-ca.crt", certificate: try read("server-ca.crt"),
            serverCertificate: try read("serving-kube-apiserver.crt"),
            serverKey: try read("serving-kube-apiserver.key"),
            secret: clientKey.isEmpty ? try read("server-ca.key") : clientKey)
    }

    /// What was read; the token comes of `secret`, the key of who signs clients.
    init(
        certificatePath: String, certificate: [UInt8], serverCertificate: [UInt8],
        serverKey: [UInt8], secret: [UInt8]
    ) {
        self.certificatePath = certificatePath
        self.certificate = certificate
        self.serverCertificate = serverCertificate
        self.serverKey = serverKey
        token = SHA256.hex(secret + Array(":administrator".utf8))
    }

    /// What `/cacerts | sha256sum` shows: the hash in a full server token.
    var certificateDigest: String { SHA256.hex(certificate) }
}

import Digest
import Glibc
import Synchronization

/// The certificate a kubelet joins its cluster with:
/// `/var/lib/kubelet/pki/kubelet-client-current.pem`.
public struct KubeletCertificate: Sendable {
    /// Name of the node it is for.
    let node: String

    public init(node: String) { self.node = node }

    /// Signed by the authority of `plane`, with its key behind; `days` from now,
    /// fewer than one: it has ended.
    public func signed(by plane: ControlPlane, days: Int = 365) throws -> String {
        let place = plane.file("pki/.kubelet-\(node)")
        defer { for ending in ["crt", "key"] { Files.remove("\(place).\(ending)") } }
        try OpenSSL.make(
            OpenSSL.Request(
                subject: "/O=system:nodes/CN=system:node:\(node)", usages: ["clientAuth"],
                days: days), at: place, authority: plane.file("pki/ca"))
        let both = try ["crt", "key"].flatMap { try Files.read("\(place).\($0)") ?? [] }
        return String(decoding: both, as: UTF8.self)
    }

    /// Why the API of `plane` does not take the certificate in `text`; nil when
    /// it does.
    public static func refusal(_ text: String, by plane: ControlPlane) throws -> String? {
        let pem = Array(text.utf8)
        guard let certificate = try? Certificate(pem: pem) else { return "Unauthorized" }
        let now = Moment.now
        if certificate.notAfter < now.seconds { return "Unauthorized" }
        return try isSigned(pem, by: plane) ? nil : "Unauthorized"
    }

    /// What was asked before: kubelets ask once a second.
    private static let known = Mutex<[String: Bool]>([:])

    private static func isSigned(_ pem: [UInt8], by plane: ControlPlane) throws -> Bool {
        let key = SHA256.hex(pem + (try Files.read(plane.file("pki/ca.crt")) ?? []))
        if let known = known.withLock({ $0[key] }) { return known }
        let place = plane.file("pki/.check-\(key)")
        defer { Files.remove(place) }
        try Files.write(pem, to: place, mode: 0o600)
        let isSigned = OpenSSL.verifies(place, authority: plane.file("pki/ca.crt"))
        known.withLock { $0[key] = isSigned }
        return isSigned
    }

    /// What a client says of a server whose certificate, PEM, has ended; nil
    /// while it holds.
    public static func complaint(of server: [UInt8]) -> String? {
        guard let end = (try? Certificate(pem: server))?.notAfter else { return nil }
        let now = Moment.now
        guard end < now.seconds else { return nil }
        return "tls: failed to verify certificate: x509: certificate has expired or is not yet "
            + "valid: current time \(now.text) is after \(Moment(milliseconds: end * 1000).text)"
    }
}

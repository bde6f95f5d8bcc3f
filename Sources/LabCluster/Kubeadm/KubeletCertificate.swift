import Digest
import Glibc

/// The certificate a kubelet joins its cluster with:
/// `/var/lib/kubelet/pki/kubelet-client-current.pem`.
public struct KubeletCertificate: Sendable {
    /// Name of the node it is for.
    let node: String

    public init(node: String) { self.node = node }

    /// Signed by the authority of `plane`, with its key behind; `days` from now,
    /// fewer than one: it has ended.
    public func signed(by plane: ControlPlane, days: Int = 365) throws -> String {
        let request = CertificateRequest(
            subject: "/O=system:nodes/CN=system:node:\(node)", usages: ["clientAuth"], days: days)
        let made = try KeyedCertificate(request, by: CertificateFiles.read(plane.file("pki/ca")))
            .pem
        return made.certificate + made.key
    }

    /// Why the API of `plane` does not take the certificate in `text`; nil when
    /// it does.
    public static func refusal(_ text: String, by plane: ControlPlane) throws -> String? {
        let pem = Array(text.utf8)
        guard let certificate = try? Certificate(pem: pem) else { return "Unauthorized" }
        let now = Moment.now
        if certificate.notAfter < now.seconds { return "Unauthorized" }
        guard let authority = try Files.read(plane.file("pki/ca.crt")) else {
            return "Unauthorized"
        }
        return certificate.isSigned(by: try Certificate(pem: authority)) ? nil : "Unauthorized"
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

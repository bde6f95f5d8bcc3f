import Digest
import Glibc

/// A kubeconfig as kubeadm writes it, with a client certificate inside.
///
/// The lab's API believes a bearer token, which stands for the administrator's
/// certificate; so there is one beside it.
struct KubeadmKubeconfig: Sendable {
    let plane: ControlPlane
    /// Name of its user.
    let user: String

    /// Its text, with a new certificate.
    func text(_ request: CertificateRequest) throws -> String {
        let made = try KeyedCertificate(request, by: CertificateFiles.read(plane.file("pki/ca")))
        let authority = try plane.authority
        return """
            apiVersion: v1
            clusters:
            - cluster:
                certificate-authority-data: \(Base64.encode(authority.certificate))
                server: https://\(plane.endpoint)
              name: kubernetes
            contexts:
            - context:
                cluster: kubernetes
                user: \(user)
              name: \(user)@kubernetes
            current-context: \(user)@kubernetes
            kind: Config
            users:
            - name: \(user)
              user:
                client-certificate-data: \(Base64.encode(try made.certificate.pem()))
                client-key-data: \(Base64.encode(try made.key.pem()))
                token: \(authority.token)

            """
    }

    /// The client certificate in a kubeconfig, PEM.
    static func certificate(in text: String) -> [UInt8]? {
        let mark = "client-certificate-data:"
        let line = text.split(separator: "\n").map { $0.drop { $0 == " " } }
            .first { $0.hasPrefix(mark) }
        guard let data = line?.dropFirst(mark.count).drop(while: { $0 == " " }) else { return nil }
        return Base64.decode(String(data))
    }
}

import Digest

/// What a k3s server signs for an agent at each of its starts: the files of its
/// folder `agent`.
public struct AgentCertificates: Sendable {
    let node: String
    let address: String
    let server: ServerFolder

    /// For `node`, signed with the authorities in a server's folder.
    public init(node: String, address: String, server: ServerFolder) {
        self.node = node
        self.address = address
        self.server = server
    }

    /// Their text by name; `days` from now, fewer than one: they have ended.
    public func files(days: Int = 365) throws -> [String: String] {
        func text(_ path: String) throws -> String {
            String(decoding: try Files.read(path) ?? [], as: UTF8.self)
        }
        var files = [
            "client-ca.crt": try text(server.file("tls/client-ca.crt")),
            "server-ca.crt": try text(server.file("tls/server-ca.crt")),
        ]
        let wanted = [
            ("client-kubelet", "client-ca", "/O=system:nodes/CN=system:node:\(node)", "clientAuth"),
            ("serving-kubelet", "server-ca", "/CN=\(node)", "serverAuth"),
        ]
        for (name, authority, subject, usage) in wanted {
            let isNamed = usage == "serverAuth"
            let request = CertificateRequest(
                subject: subject, usages: [usage],
                names: isNamed ? ["DNS:\(node)", "IP:127.0.0.1", "IP:\(address)"] : [], days: days)
            let made = try KeyedCertificate(
                request, by: CertificateFiles.read(server.file("tls/\(authority)"))
            ).pem
            files["\(name).crt"] = made.certificate
            files["\(name).key"] = made.key
        }
        return files
    }
}

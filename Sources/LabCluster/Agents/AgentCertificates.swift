import Digest

/// What a k3s server signs for an agent at each of its starts: the files of its
/// folder `agent`.
public struct AgentCertificates: Sendable {
    let node: String
    let address: String
    let server: ServerFolder
    /// A folder for what is made on the way.
    let workshop: String

    /// For `node`, signed with the authorities in a server's folder.
    public init(node: String, address: String, server: ServerFolder, workshop: String) {
        self.node = node
        self.address = address
        self.server = server
        self.workshop = workshop
    }

    /// Their text by name; `days` from now, fewer than one: they have ended.
    public func files(days: Int = 365) throws -> [String: String] {
        let place = "\(workshop)/agent-\(SHA256.hexadecimal(Random.bytes(4)))"
        defer { for ending in ["crt", "key"] { Files.remove("\(place).\(ending)") } }
        try Files.makeDirectory(workshop)
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
            try OpenSSL.make(
                OpenSSL.Request(
                    subject: subject, usages: [usage],
                    names: isNamed ? ["DNS:\(node)", "IP:127.0.0.1", "IP:\(address)"] : [],
                    days: days), at: place, authority: server.file("tls/\(authority)"))
            files["\(name).crt"] = try text("\(place).crt")
            files["\(name).key"] = try text("\(place).key")
        }
        return files
    }
}

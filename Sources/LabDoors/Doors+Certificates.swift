internal import Digest
public import JSON
public import LabCluster
internal import LabHosts

/// The certificates an estate has at its birth, and what goes wrong with them.
extension Doors {
    /// The TLS Secrets `certificates` of `lab.yaml` gives a new cluster, signed
    /// by the authority everybody in the lab trusts.
    public func certificates(_ cluster: String) throws -> [JSONValue] {
        let entries = surroundings.lab["certificates"]?.array ?? []
        return try entries.filter { $0["cluster"]?.string == cluster }.map { entry in
            let hosts = (entry["hosts"]?.array ?? []).compactMap(\.string)
            guard let name = entry["name"]?.string, let namespace = entry["namespace"]?.string,
                !hosts.isEmpty
            else { throw LabFailure("a certificate in lab.yaml needs namespace, name and hosts") }
            let made = try maker.certificate(for: hosts, days: entry["days"]?.int ?? 60)
            return Doors.secret(name, namespace, made)
        }
    }

    /// Puts a certificate for the same names in place of the one in a Secret:
    /// good for `days` from now on; 0 for one that has expired.
    public func reissue(
        _ cluster: Cluster, namespace: String, secret name: String, days: Int
    ) throws {
        let old = cluster.object(.secrets, namespace: namespace, name: name)
        guard let chain = old?.at("data", "tls.crt")?.string.flatMap(Base64.bytes) else {
            throw LabFailure("there is no certificate in the Secret \(namespace)/\(name)")
        }
        let names = trust.facts(ServerCertificate(chain: chain, key: [])).names
        let made = try maker.certificate(for: names, days: days)
        try cluster.put(Doors.secret(name, namespace, made))
        round()
    }

    private static func secret(
        _ name: String, _ namespace: String, _ certificate: ServerCertificate
    ) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": [
                "tls.crt": .string(Base64.text(certificate.chain)),
                "tls.key": .string(Base64.text(certificate.key)),
            ],
        ]
    }
}

internal import Digest
internal import JSON
public import LabCluster
internal import LabHosts

/// The certificates an estate has at its birth, and what goes wrong with them.
extension Doors {
    /// Once in a lab's life: the TLS Secrets `certificates` of `lab.yaml` names,
    /// signed by the authority everybody in the lab trusts.
    public func certify(_ cluster: (String) throws -> Cluster) throws {
        let mark = "\(surroundings.paths.outside)/certified"
        guard !Disk.exists(mark) else { return }
        for entry in surroundings.lab["certificates"]?.array ?? [] {
            let hosts = (entry["hosts"]?.array ?? []).compactMap(\.string)
            guard let name = entry["name"]?.string, let namespace = entry["namespace"]?.string,
                let owner = entry["cluster"]?.string, !hosts.isEmpty
            else {
                throw LabFailure(
                    "a certificate in lab.yaml needs cluster, namespace, name and hosts")
            }
            let made = try maker.certificate(for: hosts, days: entry["days"]?.int ?? 60)
            try cluster(owner).put(Doors.secret(name, namespace, made))
        }
        try Disk.write(mark, "done\n")
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

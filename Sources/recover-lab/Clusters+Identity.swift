import Digest
import JSON
import LabCluster
import LabDoors
import LabHosts

/// What a cluster with machines is known by, also while it is down.
extension Clusters {
    /// The machine that founds a cluster: its first server.
    func founder(_ name: String) -> HostDeclaration? {
        description.hosts.first { $0.cluster == name && $0.role == .server }
    }

    /// Makes authorities and token on the founder's disk and notes them.
    func found(_ name: String, _ founder: HostDeclaration) throws {
        let own = folder(name)
        guard !Disk.exists("\(own)/server-ca.crt") else { return }
        if founder.isKubeadm { return try foundByKubeadm(name, founder) }
        let identity = try ClusterIdentity(
            founding: name, in: serverFolder(founder.name), serverSettings(founder),
            password: try password(own))
        try Disk.write("\(own)/uid", ClusterIdentity.uid() + "\n")
        try Disk.write("\(own)/join-token", try identity.joinToken + "\n", mode: 0o600)
        try identity.kubeconfig(path: kubeconfig(name), server: api(name))
        let certificate = String(decoding: try identity.certificate, as: UTF8.self)
        try Disk.write("\(own)/server-ca.crt", certificate)
    }

    /// `10.0.0.1:6443`.
    private func api(_ name: String) -> String { "\(description.apiAddress(name) ?? ""):6443" }

    /// UID of the cluster as it was born.
    func uid(_ name: String) throws -> String {
        guard let text = Disk.text("\(folder(name))/uid") else { return try cluster(name).uid }
        return text.split(separator: "\n").joined()
    }

    /// Path of its authority's certificate as it was born.
    func authority(_ name: String) throws -> String {
        let path = "\(folder(name))/server-ca.crt"
        return Disk.exists(path) ? path : try cluster(name).caPath
    }

    /// The token machines joined it with.
    func joinToken(_ name: String) throws -> String {
        guard let text = Disk.text("\(folder(name))/join-token") else {
            return try cluster(name).joinToken
        }
        return text.split(separator: "\n").joined()
    }

    /// Writes the administrator's kubeconfig of a cluster without machines.
    func writeKubeconfig(_ name: String) throws {
        guard founder(name) == nil else { return } // it was written when it was founded
        try cluster(name).kubeconfig(path: kubeconfig(name))
    }

    /// What a new world of the cluster has: once, for what is rebuilt begins empty.
    func seed(_ name: String) throws -> [JSONValue] {
        guard !isSeeded(name) else { return [] }
        let objects = try firstObjects(name) + (doors?.certificates(name) ?? [])
        let system: JSONValue = [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": ["name": "kube-system", "uid": .string(try uid(name))],
        ]
        let isGiven = objects.contains {
            $0["kind"] == "Namespace" && $0.at("metadata", "name") == "kube-system"
        }
        return isGiven ? objects : [system] + objects
    }

    /// Whether the cluster's world was ever made.
    func isSeeded(_ name: String) -> Bool { Disk.exists("\(folder(name))/seeded") }

    /// The world was made.
    func seeded(_ name: String) throws { try Disk.write("\(folder(name))/seeded", "yes\n") }
}

import Digest
import Glibc
import JSON
import LabCluster
import LabHosts

/// The estate's sealing key: made once, kept in the lab's folder, and with it
/// what `lab.yaml` wants sealed in the repository.
struct Sealing: Sendable {
    let description: LabDescription
    let paths: LabPaths

    /// `sealing` of `lab.yaml`; without it there is no key.
    private var facts: JSONValue? { description.lab["sealing"] }
    private var folder: String { "\(paths.root)/sealing" }

    /// The cluster whose key this is.
    private var cluster: String? {
        guard facts != nil else { return nil }
        return description.clusters.first {
            description.secrets($0)["engine"]?.string == "sealed-secrets"
        }
    }

    /// The key, made at the first call.
    private func key() throws -> SealingKey {
        if let key = Disk.read("\(folder)/tls.key"), let text = Disk.read("\(folder)/tls.crt") {
            return try SealingKey(key: key, certificate: text)
        }
        let pair = try SealingKey.generate(
            bits: facts?["bits"]?.int ?? 2048, notBefore: time(nil))
        try Disk.makeFolder(folder, mode: 0o700)
        try Disk.write(
            "\(folder)/tls.key", String(decoding: try pair.key.pem(), as: UTF8.self), mode: 0o600)
        try Disk.write(
            "\(folder)/tls.crt", String(decoding: try pair.certificate.pem(), as: UTF8.self))
        return pair
    }

    /// The Secret of the key, for `name`'s new world.
    func objects(_ name: String) throws -> [JSONValue] {
        guard name == cluster else { return [] }
        let namespace = description.secrets(name)["namespace"]?.string ?? "kube-system"
        return [try key().secret(name: "sealed-secrets-key2lab0", namespace: namespace)]
    }

    /// What is to be sealed, as files of the repository.
    func files() throws -> [(path: String, text: String)] {
        guard cluster != nil else { return [] }
        return try (facts?["secrets"]?.array ?? []).map { entry in
            let values = (entry["values"]?.object ?? [:]).compactMapValues(\.string)
            guard let path = entry["file"]?.string, let name = entry["name"]?.string,
                let namespace = entry["namespace"]?.string, !values.isEmpty
            else {
                throw LabFailure("lab.yaml: a sealed secret needs file, name, namespace, values")
            }
            let scope = entry["scope"]?.string ?? SealingScope.strict.rawValue
            guard let scope = SealingScope(rawValue: scope) else {
                throw LabFailure("lab.yaml: there is no scope \(scope)")
            }
            let sealed = try key().seal(values, name: name, namespace: namespace, scope: scope)
            return (path, sealed.text + "\n")
        }
    }

    /// Writes the backup an operator has: the key Secrets as `kubectl get -o json`
    /// lists them.
    func writeBackup(to path: String) throws {
        guard let cluster else { return }
        let list: JSONValue = [
            "apiVersion": "v1", "kind": "List", "items": .array(try objects(cluster)),
        ]
        try Disk.write(path, list.text + "\n", mode: 0o600)
    }
}

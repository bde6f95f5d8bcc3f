internal import Digest
internal import JSON
internal import YAML

/// The sealing keys in a backup: Secrets of type `kubernetes.io/tls`, as
/// `kubectl get secret -o json` or `-o yaml` writes them.
///
/// They stay in memory. What leaves this type is a manifest for a child's
/// standard input, names and digests.
struct SealingKeys {
    /// One key's place, what its label says, and the SHA-256 of its certificate
    /// and private key.
    struct Key: Hashable {
        let namespace: String
        let name: String
        /// `active` where the controller uses it.
        let label: String
        let digest: String
    }

    /// Why a backup cannot be used.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// Marks a key; with the value `active` the controller uses it.
    static let label = "sealedsecrets.bitnami.com/sealed-secrets-key"

    let keys: [Key]
    /// A List for `kubectl apply --server-side -f -`. What a server sets is left
    /// out: a Secret that still has the uid of one that is gone is refused, and one
    /// owned by an object that is gone is garbage.
    let manifest: [UInt8]

    init(backup: [UInt8]) throws(Refusal) {
        let secrets = try Self.documents(backup).flatMap { $0["items"]?.array ?? [$0] }
        guard !secrets.isEmpty else { throw Refusal(description: "the backup holds no Secret") }
        var keys: [Key] = [], items: [JSONValue] = []
        for secret in secrets {
            let key = try Self.key(secret)
            keys.append(key)
            var metadata: JSONValue = [
                "name": .string(key.name), "namespace": .string(key.namespace),
            ]
            metadata["labels"] = secret.at("metadata", "labels")
            items.append([
                "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
                "metadata": metadata, "data": secret["data"] ?? [:],
            ])
        }
        self.keys = keys
        manifest = JSONValue.object([
            "apiVersion": "v1", "kind": "List", "items": .array(items),
        ]).utf8
    }

    /// Keys in a cluster's answer; Secrets that are none are left out.
    static func keys(in list: JSONValue) -> [Key] {
        (list["items"]?.array ?? []).compactMap { try? key($0) }
    }

    private static func documents(_ bytes: [UInt8]) throws(Refusal) -> [JSONValue] {
        if let document = try? JSONValue(parsing: bytes) { return [document] }
        do {
            return try YAMLParser.parseAll(bytes).map(\.json)
        } catch {
            // Where it went wrong may quote what stands there: it is not told.
            throw Refusal(description: "the backup is neither JSON nor YAML")
        }
    }

    private static func key(_ secret: JSONValue) throws(Refusal) -> Key {
        guard secret["kind"]?.string == "Secret", let name = secret.at("metadata", "name")?.string,
            let namespace = secret.at("metadata", "namespace")?.string
        else { throw Refusal(description: "the backup holds something that is no Secret with a namespace") }
        guard let certificate = secret.at("data", "tls.crt")?.string,
            let key = secret.at("data", "tls.key")?.string, !certificate.isEmpty, !key.isEmpty
        else {
            // One that cannot be read makes the controller crash at its start.
            throw Refusal(description: "Secret \(namespace)/\(name) has no tls.crt and tls.key")
        }
        let label = secret["metadata"]?["labels"]?[Self.label]?.string ?? ""
        return Key(
            namespace: namespace, name: name, label: label, digest: SHA256.hex("\(certificate)\n\(key)"))
    }
}

import Digest
import JSON

/// The Secret in which the server remembers which machine a node name belongs
/// to.
enum NodePassword {
    static func key(_ node: String) -> ObjectKey {
        ObjectKey(.secrets, namespace: "kube-system", name: "\(node).node-password.k3s")
    }

    /// A new Secret for `password`, owned by `node` so that it goes with it.
    ///
    /// k3s keeps an scrypt hash; this keeps a salted SHA-256 and says so.
    static func secret(password: String, node: JSONValue, salt: [UInt8]) -> JSONValue {
        let salt = SHA256.hexadecimal(salt)
        let hash = "$simulated-sha256:\(salt):\(digest(password, salt))"
        return [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true,
            "metadata": [
                "name": .string(key(node.name).name), "namespace": "kube-system",
                "ownerReferences": [
                    [
                        "apiVersion": "v1", "kind": "Node", "name": .string(node.name),
                        "uid": .string(node.uid),
                    ]
                ],
            ],
            "data": ["hash": .string(Base64.encode(Array(hash.utf8)))],
        ]
    }

    /// Whether `secret` was made for `password`.
    static func matches(_ secret: JSONValue, password: String) -> Bool {
        guard let stored = secret.at("data", "hash")?.string, let bytes = Base64.decode(stored)
        else {
            return false
        }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":")
        return parts.count == 3 && parts[2] == digest(password, String(parts[1]))
    }

    private static func digest(_ password: String, _ salt: String) -> String {
        SHA256.hex("\(salt):\(password)")
    }
}

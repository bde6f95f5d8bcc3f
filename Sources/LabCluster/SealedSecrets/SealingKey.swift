public import Digest
public import JSON

/// A key pair of the Sealed Secrets controller, as a Secret holds it.
public struct SealingKey: Sendable {
    /// The private key.
    public let key: RSAKey
    /// Its certificate, whose beginning decides which key is the newest.
    public let certificate: Certificate

    /// A new pair.
    ///
    /// - Parameter notBefore: seconds since 1970.
    public static func generate(bits: Int, notBefore: Int) throws(CryptoFailure) -> SealingKey {
        let key = try RSAKey.generate(bits: bits)
        let decade = 10 * 365 * 24 * 3600
        return SealingKey(
            key: key,
            certificate: try .selfSigned(key, notBefore: notBefore, lifetime: decade))
    }

    /// A pair of PEM texts.
    public init(key: [UInt8], certificate: [UInt8]) throws(CryptoFailure) {
        self.init(key: try RSAKey(pem: key), certificate: try Certificate(pem: certificate))
    }

    private init(key: RSAKey, certificate: Certificate) {
        self.key = key
        self.certificate = certificate
    }

    /// The pair in a Secret.
    init(secret: JSONValue) throws(CryptoFailure) {
        func bytes(_ name: String) -> [UInt8] {
            (secret.at("data", name)?.string).flatMap(Digest.Base64.bytes) ?? []
        }
        try self.init(key: bytes("tls.key"), certificate: bytes("tls.crt"))
    }

    /// The Secret of this pair, loaded at the controller's start.
    public func secret(name: String, namespace: String) throws(CryptoFailure) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace),
                "labels": [SealedSecretsNames.label: "active"],
            ],
            "data": [
                "tls.crt": .string(Digest.Base64.text(try certificate.pem())),
                "tls.key": .string(Digest.Base64.text(try key.pem())),
            ],
        ]
    }

    /// A SealedSecret only this key opens.
    public func seal(
        _ values: [String: String], name: String, namespace: String,
        scope: SealingScope = .strict
    ) throws(CryptoFailure) -> JSONValue {
        let label = scope.label(name: name, namespace: namespace)
        var sealed: [String: JSONValue] = [:]
        for (item, value) in values {
            sealed[item] = .string(
                try SealedItem.seal(Array(value.utf8), label: label, for: key))
        }
        var metadata: JSONValue = ["name": .string(name), "namespace": .string(namespace)]
        if let annotation = scope.annotation { metadata["annotations"] = [annotation: "true"] }
        return [
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": metadata,
            "spec": [
                "encryptedData": .object(sealed),
                "template": ["metadata": metadata, "type": "Opaque"],
            ],
        ]
    }
}

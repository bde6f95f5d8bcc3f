import JSON

/// Labels and annotations of Sealed Secrets, and where its controller runs.
enum SealedSecretsNames {
    static let label = "sealedsecrets.bitnami.com/sealed-secrets-key"
    /// Prefix of the names of key Secrets; one of exactly this name is loaded
    /// without the label too.
    static let prefix = "sealed-secrets-key"
    static let managed = "sealedsecrets.bitnami.com/managed"
    static let patched = "sealedsecrets.bitnami.com/patch"
    static let unowned = "sealedsecrets.bitnami.com/skip-set-owner-references"

    /// As its manifest and as its chart name it.
    static let controllers = [
        Component(name: "sealed-secrets-controller"), Component(name: "sealed-secrets"),
    ]

    /// The Secrets a controller in `namespace` loads at its start, the oldest
    /// first.
    static func keys(in world: World, namespace: String) -> [JSONValue] {
        world.all(.secrets).filter {
            $0.namespace == namespace && ($0.label(label) == "active" || $0.name == prefix)
        }
    }
}

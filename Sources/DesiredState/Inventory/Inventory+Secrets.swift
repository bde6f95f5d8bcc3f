public import JSON

/// Secrets that objects name; what is in one is never read.
extension Inventory {
    /// A Secret that something cannot start without.
    public struct NamedSecret: Hashable, Sendable {
        public let name: ObjectName
        public let users: [ObjectName]
        /// Whether an object of the inventory is or makes it.
        public let isMade: Bool

        /// For a machine.
        public var json: JSONValue {
            [
                "namespace": .string(name.namespace), "name": .string(name.name),
                "made": .bool(isMade), "users": .array(users.map { .string($0.description) }),
            ]
        }
    }

    /// Every Secret that workloads and Ingresses name, sorted; those that may be
    /// absent, and those a controller makes by itself, are none.
    public var secretsNamed: [NamedSecret] {
        var users: [ObjectName: Set<ObjectName>] = [:]
        for object in wanted
        where object.name.kind != "CustomResourceDefinition" && !object.name.namespace.isEmpty {
            SecretNames.collect(object) { name in
                guard !SecretNames.isControllers(name) else { return }
                let secret = ObjectName(
                    group: "", kind: "Secret", namespace: object.name.namespace, name: name)
                users[secret, default: []].insert(object.name)
            }
        }
        let made = Set(wanted.flatMap(SecretNames.made))
        return users.map { name, users in
            let isMade =
                generatedSecrets.contains(name.name) || made.contains(name)
                || made.contains(name.placed(in: ""))
            return NamedSecret(name: name, users: users.sorted(), isMade: isMade)
        }.sorted { $0.name < $1.name }
    }
}

/// Where manifests name Secrets.
private enum SecretNames {
    static func collect(_ object: DesiredObject, _ found: (String) -> Void) {
        if object.name.kind == "Ingress", !hasIssuer(object.manifest) {
            for entry in object.manifest.at("spec", "tls")?.array ?? [] {
                tell(entry["secretName"], found)
            }
        }
        collect(object.manifest, found)
    }

    private static func collect(_ value: JSONValue, _ found: (String) -> Void) {
        switch value {
        case .array(let elements): for element in elements { collect(element, found) }
        case .object(let members):
            for (key, member) in members {
                for element in member.array ?? [] { look(key, element, found) }
                collect(member, found)
            }
        default: break
        }
    }

    /// One element of the list `key` of a pod template, or of what is like one.
    private static func look(_ key: String, _ element: JSONValue, _ found: (String) -> Void) {
        switch key {
        case "env": need(element.at("valueFrom", "secretKeyRef"), "name", found)
        case "envFrom": need(element["secretRef"], "name", found)
        case "imagePullSecrets": tell(element["name"], found)
        case "volumes":
            need(element["secret"], "secretName", found)
            for source in element.at("projected", "sources")?.array ?? [] {
                need(source["secret"], "name", found)
            }
        default: break
        }
    }

    private static func need(
        _ reference: JSONValue?, _ key: String, _ found: (String) -> Void
    ) {
        if reference?["optional"] != true { tell(reference?[key], found) }
    }

    private static func tell(_ name: JSONValue?, _ found: (String) -> Void) {
        if let name = name?.string, !name.isEmpty { found(name) }
    }

    /// cert-manager makes the Secrets of an Ingress that names an issuer.
    private static func hasIssuer(_ ingress: JSONValue) -> Bool {
        let notes = ingress.at("metadata", "annotations")?.object ?? [:]
        return [
            "cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme",
        ]
        .contains { notes[$0] != nil }
    }

    /// Tokens of service accounts and bootstrapping, and Helm's releases.
    static func isControllers(_ name: String) -> Bool {
        if name.hasPrefix("sh.helm.release.v1.") || name.hasPrefix("bootstrap-token-") {
            return true
        }
        guard let token = name.ranges(of: "-token-").last else { return false }
        let tail = name[token.upperBound...]
        return tail.utf8.count == 5 && tail.allSatisfy { $0.isLowercase || $0.isNumber }
    }

    /// The Secrets an object is or makes; without a namespace where it makes
    /// them in whichever.
    static func made(_ object: DesiredObject) -> [ObjectName] {
        let spec = object.manifest["spec"]
        let name = object.name
        let names: [String?]
        var namespace = name.namespace
        switch (name.group, name.kind) {
        case ("", "Secret"), ("bitnami.com", "SealedSecret"): names = [name.name]
        case ("cert-manager.io", "Certificate"): names = [spec?["secretName"]?.string]
        case ("external-secrets.io", "ExternalSecret"): names = [target(spec, or: name.name)]
        case ("external-secrets.io", "ClusterExternalSecret"):
            let own = spec?["externalSecretName"]?.string ?? name.name
            names = [target(spec?["externalSecretSpec"], or: own)]
            namespace = ""
        default: names = []
        }
        return names.compactMap { $0 }.map {
            ObjectName(group: "", kind: "Secret", namespace: namespace, name: $0)
        }
    }

    /// What an ExternalSecret makes; nil where it only adds to what is there.
    private static func target(_ spec: JSONValue?, or name: String) -> String? {
        let policy = spec?.at("target", "creationPolicy")?.string ?? ""
        guard !["Merge", "None"].contains(policy) else { return nil }
        return spec?.at("target", "name")?.string ?? name
    }
}

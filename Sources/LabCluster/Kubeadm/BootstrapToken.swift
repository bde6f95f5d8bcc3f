import Digest
public import JSON

/// A token a machine joins with: `abcdef.0123456789abcdef`, kept as a Secret.
public struct BootstrapToken: Hashable, Sendable {
    /// What may be told, and what may not.
    public let id: String
    let secret: String
    /// When it ends; nil: never.
    let expires: Moment?
    let usages: [String], groups: [String]
    let note: String

    /// A new one that lasts so many seconds, or for ever; in `text` where that
    /// is given. Nil when that is no token.
    public init?(
        _ text: String? = nil, lasts seconds: Int?, groups: [String], note: String = "",
        usages: [String] = ["authentication", "signing"]
    ) {
        let parts = (text ?? Self.text()).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 6, parts[1].count == 16,
            parts.allSatisfy({ $0.utf8.allSatisfy(Self.alphabet.contains) })
        else { return nil }
        (id, secret) = (String(parts[0]), String(parts[1]))
        expires = seconds.map { Moment.now.adding(.seconds($0)) }
        self.groups = groups
        self.usages = usages
        self.note = note
    }

    /// The token in a Secret; nil when it is none.
    init?(_ object: JSONValue) {
        func text(_ key: String) -> String {
            object.at("data", key)?.string.flatMap(Base64.decode)
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        guard object["type"]?.string == Self.type,
            object.name == "bootstrap-token-\(text("token-id"))"
        else { return nil }
        (id, secret, note) = (text("token-id"), text("token-secret"), text("description"))
        expires = Moment(text("expiration"))
        usages = ["authentication", "signing"].filter { text("usage-bootstrap-\($0)") == "true" }
        groups = text("auth-extra-groups").split(separator: ",").map(String.init)
    }

    /// The groups `kubeadm` and k3s give a token.
    public static let kubeadmGroups = ["system:bootstrappers:kubeadm:default-node-token"]

    private static let type = "bootstrap.kubernetes.io/token"
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A random one, as text.
    public static func text() -> String {
        let letters = Random.bytes(22).map { alphabet[Int($0) % alphabet.count] }
        let text = String(decoding: letters, as: UTF8.self)
        return "\(text.prefix(6)).\(text.dropFirst(6))"
    }

    /// As it is typed.
    public var text: String { "\(id).\(secret)" }

    static func key(_ id: String) -> ObjectKey {
        ObjectKey(.secrets, namespace: "kube-system", name: "bootstrap-token-\(id)")
    }

    /// The Secret it is kept in.
    public var object: JSONValue {
        var data: JSONValue = [:]
        func set(_ key: String, _ value: String) {
            if !value.isEmpty { data[key] = .string(Base64.encode(Array(value.utf8))) }
        }
        set("token-id", id)
        set("token-secret", secret)
        set("expiration", expires?.text ?? "")
        set("auth-extra-groups", groups.joined(separator: ","))
        set("description", note)
        for usage in usages { set("usage-bootstrap-\(usage)", "true") }
        return [
            "apiVersion": "v1", "kind": "Secret", "type": .string(Self.type), "data": data,
            "metadata": [
                "name": .string(Self.key(id).name), "namespace": "kube-system",
            ],
        ]
    }

    /// Its line of `token list`, with `text` or `id` in front.
    func row(_ first: String, now: Moment) -> [String] {
        func list(_ words: [String]) -> String {
            words.isEmpty ? "<none>" : words.joined(separator: ",")
        }
        return [
            first, expires.map { KubeadmReport.rest($0.seconds - now.seconds) } ?? "<forever>",
            expires?.text ?? "<never>", list(usages), note.isEmpty ? "<none>" : note, list(groups),
        ]
    }

    static let columns = ["TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS"]
}

extension Cluster {
    /// The bootstrap tokens there are, by their id.
    var bootstrapTokens: [BootstrapToken] { objects(.secrets).compactMap(BootstrapToken.init) }

    /// Keeps a new one.
    public func keep(_ token: BootstrapToken) throws {
        guard
            object(.secrets, namespace: "kube-system", name: BootstrapToken.key(token.id).name)
                == nil
        else { throw ServerRefusal("a token with id \"\(token.id)\" already exists") }
        try put(token.object)
    }

    /// What `token list` prints; `withSecrets` as kubeadm does, k3s shows ids.
    public func tokenList(withSecrets: Bool) -> String {
        let now = Moment.now
        let rows = bootstrapTokens.map { $0.row(withSecrets ? $0.text : $0.id, now: now) }
        return KubeadmReport.table([BootstrapToken.columns] + rows)
    }

    /// Removes the token with this id, or in full; returns its id.
    public func removeToken(_ text: String) throws -> String {
        let id = text.split(separator: ".").first.map(String.init) ?? ""
        guard id.count == 6 else {
            throw ServerRefusal(
                "given token didn't match pattern \"\\\\A[a-z0-9]{6}\\\\z\" or "
                    + "\"\\\\A[a-z0-9]{6}\\\\z\"")
        }
        let key = BootstrapToken.key(id)
        guard object(.secrets, namespace: "kube-system", name: key.name) != nil else {
            throw ServerRefusal(
                "failed to delete bootstrap token \"\(id)\": secrets \"\(key.name)\" not found")
        }
        try remove(.secrets, namespace: "kube-system", name: key.name)
        return id
    }

    /// Whether a machine may join with `text` now.
    public func takes(bootstrapToken text: String) -> Bool {
        bootstrapTokens.contains { token in
            token.text == text && token.usages.contains("authentication")
                && (token.expires.map { $0 > .now } ?? true)
        }
    }
}

import Digest
import JSON

/// What a running controller holds in memory: it begins with its pod and ends
/// with it.
struct SealedSecretsProcess: Sendable {
    /// How often one SealedSecret is tried: once, and five times again.
    static let tries = 6

    /// How one SealedSecret stands.
    struct Entry: Hashable {
        /// Digest of the specification it was tried with.
        let specification: String
        var failures = 0
        var isOpened = false

        /// Not tried again before its specification changes.
        var isDropped: Bool { failures >= SealedSecretsProcess.tries }
    }

    /// UID of its pod.
    let pod: String
    let namespace: String
    /// The pairs it knows and the Secrets they came from.
    private(set) var keys: [(name: String, pair: SealingKey)]
    var entries: [String: Entry] = [:]

    /// One that knows nothing yet.
    init(pod: JSONValue) {
        self.pod = pod.uid
        namespace = pod.namespace
        keys = []
    }

    /// Starts in `pod`: the keys are read once, here.
    init(pod: JSONValue, _ world: World) throws(CryptoFailure) {
        self.init(pod: pod)
        for secret in SealedSecretsNames.keys(in: world, namespace: namespace) {
            keys.append((secret.name, try SealingKey(secret: secret)))
        }
    }

    /// What makes two specifications the same.
    static func digest(_ object: JSONValue) -> String {
        SHA256.hex((object["spec"] ?? [:]).text)
    }

    /// The beginning of the newest key, by its certificate.
    var newest: Int? { keys.map(\.pair.certificate.notBefore).max() }

    mutating func register(_ pair: SealingKey, name: String) { keys.append((name, pair)) }

    /// Whether `object` is to be worked at now.
    func wants(_ object: JSONValue, in world: World) -> Bool {
        guard !object.isTerminating else { return false }
        guard let entry = entries[object.uid], entry.specification == Self.digest(object) else {
            return true
        }
        guard entry.isOpened else { return !entry.isDropped }
        return world.object(.secrets, object.namespace, object.name) == nil
    }

    /// Every item opened, or why not all of them could be.
    func opened(_ object: JSONValue) -> Result<[String: [UInt8]], UnsealFailure> {
        let label = SealingScope(of: object).label(
            name: object.name, namespace: object.namespace)
        let items = object.at("spec", "encryptedData")?.object ?? [:]
        guard object.at("spec", "data") == nil else {
            return .failure(
                UnsealFailure("spec.data, the form before encryptedData, is not simulated"))
        }
        var values: [String: [UInt8]] = [:]
        var closed: [String] = []
        for (item, text) in items.sorted(by: { $0.key < $1.key }) {
            let value = SealedItem.open(text.string ?? "", label: label, with: keys.map(\.pair.key))
            if let value { values[item] = value } else { closed.append(item) }
        }
        guard closed.isEmpty else {
            return .failure(
                UnsealFailure("no key could decrypt secret (\(closed.joined(separator: ", ")))"))
        }
        return .success(values)
    }
}

/// A SealedSecret that does not become a Secret.
struct UnsealFailure: Error, Hashable {
    let message: String
    /// Reason of its Event.
    let reason: String

    init(_ message: String, reason: String = "ErrUnsealFailed") {
        self.message = message
        self.reason = reason
    }
}

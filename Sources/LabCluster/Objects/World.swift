import JSON

/// Everything a controller may look at: the objects of a cluster and which node
/// agents are in touch. A value; changed only by the store's commit.
struct World: Sendable {
    /// One node agent as the control plane knows it.
    struct Agent: Sendable {
        var isConnected: Bool
        var lastSeen: Moment
        /// The manifests its kubelet found.
        var staticPods: [JSONValue] = []
        /// Digest of the authority it was given when it joined.
        var authority = ""
        /// The newest revision it had heard of when its server went away.
        var heard = 0
        /// It waits for news behind a revision that its server has not come to: it says
        /// that it is there, and hears nothing.
        var isDeaf = false
    }

    private(set) var tables: [ResourceKey: [ObjectKey: JSONValue]] = [:]
    /// When an object was written last, finer than the API's whole seconds.
    private(set) var written: [ObjectKey: Moment] = [:]
    /// Names of the uids that exist, for owner references.
    private(set) var uids: Set<String> = []
    var agents: [String: Agent] = [:]
    /// The last revision of the datastore.
    var revision = 0

    subscript(key: ObjectKey) -> JSONValue? { tables[key.resource]?[key] }

    func object(_ resource: ResourceKey, _ namespace: String?, _ name: String) -> JSONValue? {
        self[ObjectKey(resource, namespace: namespace, name: name)]
    }

    /// The objects of `resource`, ordered by namespace and name.
    func all(_ resource: ResourceKey) -> [JSONValue] {
        guard let table = tables[resource] else { return [] }
        return table.sorted { $0.key < $1.key }.map(\.value)
    }

    func lastWrite(of key: ObjectKey) -> Moment { written[key] ?? Moment(milliseconds: 0) }

    mutating func store(_ object: JSONValue, at key: ObjectKey, now: Moment) {
        if let old = tables[key.resource]?[key] { uids.remove(old.uid) }
        tables[key.resource, default: [:]][key] = object
        uids.insert(object.uid)
        written[key] = now
    }

    mutating func remove(_ key: ObjectKey) {
        guard let old = tables[key.resource]?.removeValue(forKey: key) else { return }
        uids.remove(old.uid)
        written[key] = nil
    }
}

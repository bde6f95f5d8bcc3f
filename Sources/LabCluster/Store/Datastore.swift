/// Where a cluster keeps its state: keys with values, each change a revision.
///
/// Used under the store's lock only, by one thread at a time.
protocol Datastore: AnyObject {
    /// What lives under `prefix`, ordered by revision, and the last revision.
    func load(_ prefix: String) throws -> (entries: [StoredEntry], revision: Int)
    /// Makes `changes` of different keys, all or none; returns the revision of
    /// each. When it throws, it is not known whether they were made.
    func commit(_ changes: [StoredChange]) throws -> [Int]
    /// Throws when nothing could be read now as the cluster agreed on it.
    func ping() throws
    /// Puts everything into files that can be copied.
    func checkpoint() throws
    /// The servers that run it now.
    func ask(_ servers: [EtcdServer])
}

extension Datastore {
    /// A file has none.
    func ask(_ servers: [EtcdServer]) {}
}

/// A member of an etcd cluster that can be asked.
struct EtcdServer: Hashable, Sendable {
    /// `https://10.0.0.1:2379`.
    let endpoint: String
    /// What a client shows it.
    let certificates: EtcdCredentials
}

/// A living key.
struct StoredEntry: Hashable, Sendable {
    let key: String
    let value: [UInt8]
    /// When it was written last, and when it came to be.
    let revision: Int, created: Int
}

/// A change of one key.
struct StoredChange: Hashable, Sendable {
    let key: String
    /// The new value; nil: the key goes.
    let value: [UInt8]?
    /// What stands there now; nil: nothing.
    var previous: StoredEntry?
}

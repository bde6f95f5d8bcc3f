/// An etcd that did not do what it was asked.
struct EtcdError: Error, Hashable, Sendable, CustomStringConvertible {
    /// etcd's own words, or the connection's.
    let description: String
    /// Nothing was sent: another member may be asked.
    var wasRefused = false

    /// Another member is on its way in; this one has to wait.
    var isBusy: Bool {
        description.contains("unhealthy cluster") || description.contains("too many learner")
    }

    /// A write met a key that somebody else had changed.
    static let conflict = EtcdError(description: "etcd holds another revision than was read")
}

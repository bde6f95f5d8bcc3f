extension Cluster {
    /// The last revision of its datastore: the same number means that nothing
    /// has changed.
    public var revision: Int { world.revision }
}

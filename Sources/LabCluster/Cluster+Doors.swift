extension Cluster {
    /// The last revision of its datastore: the same number means that nothing
    /// has changed.
    public var revision: Int { world.revision }

    /// Another server of the cluster starts: it writes its own copies of the
    /// packaged manifests, and everything is applied again.
    public func joined(with addons: AddonOptions) throws {
        try AddonFolder(addons).start()
        self.addons?.renew()
    }
}

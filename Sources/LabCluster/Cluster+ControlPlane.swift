public import JSON
import Synchronization

/// A cluster whose API servers are static pods beside an etcd each.
extension Cluster {
    /// Whether the etcd of `plane` answers with the voice of a quorum.
    public static func etcdAnswers(_ plane: ControlPlane) -> Bool {
        do {
            let client = try EtcdClient(
                endpoints: [plane.etcd], credentials: plane.etcdCredentials)
            try EtcdDatastore(client).ping()
            return true
        } catch {
            return false
        }
    }

    /// The cluster in the etcd of its first machine that is up.
    public convenience init(
        _ options: ClusterOptions, plane: ControlPlane, seed: [JSONValue]
    ) throws {
        let client = try EtcdClient(endpoints: [plane.etcd], credentials: plane.etcdCredentials)
        try self.init(
            options, seed: seed, datastore: EtcdDatastore(client), authority: plane.authority)
    }

    /// Lets the API server of `plane` answer on `addresses`.
    public func open(_ plane: ControlPlane, on addresses: [String]) throws {
        etcd.withLock { etcd in
            etcd[plane.name] = EtcdServer(endpoint: plane.etcd, certificates: plane.etcdCredentials)
        }
        askDatastore()
        try open(addresses, plane.authority)
    }

    /// Its API server ended, or its etcd.
    public func close(_ plane: ControlPlane, on addresses: [String]) {
        close(addresses)
        _ = etcd.withLock { $0.removeValue(forKey: plane.name) }
        askDatastore()
    }
}

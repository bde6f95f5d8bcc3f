import Digest
public import JSON
import Synchronization

extension Cluster {
    /// The cluster on the SQLite file of one server, as that starts: its token
    /// must open what is there. `seed` are objects of a new world.
    ///
    /// - Throws: `ServerRefusal` with the words of k3s.
    public convenience init(
        _ options: ClusterOptions, boot: ServerBoot, seed: [JSONValue]
    ) throws {
        let kine = try boot.openKine()
        try self.init(options, boot: boot, datastore: kine, seed: seed)
    }

    /// Starts the etcd of a server; returns when it can be read, so not before
    /// there is a quorum. It votes from its first moment.
    public static func startEtcd(
        _ boot: ServerBoot, console: any ServerConsole, founding: EtcdFounding
    ) throws {
        _ = try EtcdStart(boot: boot, console: console).run(.founding(founding))
    }

    /// Starts the etcd of a server; returns when it can be read, so not before
    /// there is a quorum, and when it votes. `running`: the cluster as its other
    /// servers already run it; who has no data joins that.
    public static func startEtcd(
        _ boot: ServerBoot, console: any ServerConsole, running: Cluster?
    ) throws {
        let joins = !boot.isKnown && boot.settings.joinURL != nil
        guard let running else {
            guard !joins else { throw ServerRefusal.preparing("no server to join answers") }
            _ = try EtcdStart(boot: boot, console: console).run(.joining(nil))
            return
        }
        let remote = joins ? try running.welcome(boot) : nil
        _ = try EtcdStart(boot: boot, console: console)
            .run(.joining(remote), others: running.members)
    }

    /// The cluster in the etcd of its first server that is up.
    public convenience init(
        _ options: ClusterOptions, etcdOf boot: ServerBoot, seed: [JSONValue]
    ) throws {
        let client = try boot.etcdClient
        let wasReset = boot.folder.exists("db/reset-flag")
        try self.init(options, boot: boot, datastore: EtcdDatastore(client), seed: seed)
        attach(boot)
        guard wasReset else { return }
        Files.remove(boot.folder.file("db/reset-flag"))
        // The snapshot may remember another password of this very node.
        try update { _ in [.remove(NodePassword.key(boot.settings.nodeName))] }
    }

    /// One more server, whose etcd is up.
    public func add(_ boot: ServerBoot) throws {
        _ = try boot.reconcile(EtcdDatastore(try boot.etcdClient))
        attach(boot)
    }

    private convenience init(
        _ options: ClusterOptions, boot: ServerBoot, datastore: sending any Datastore,
        seed: [JSONValue]
    ) throws {
        var options = options
        options.joinToken = try boot.reconcile(datastore)
        do {
            try self.init(
                options, seed: seed, datastore: datastore,
                authority: try Authority(directory: boot.folder.file("tls")))
        } catch let error as UnreadableValue {
            throw ServerRefusal("\(error)")
        }
    }

    /// What a joining server is given, once its token is found right.
    private func welcome(_ boot: ServerBoot) throws -> EtcdJoin {
        guard let text = boot.settings.token else {
            throw ServerRefusal.preparing("K3S_TOKEN is required to join a cluster")
        }
        let own = JoinToken(password)
        let refusal = JoinToken(text).refusal(
            by: own, authorityDigest: authority.certificateDigest)
        if let refusal {
            throw ServerRefusal.preparing("\(refusal)")
        }
        guard let member = members.first else {
            throw ServerRefusal.preparing("the server to join has no etcd")
        }
        let client = try EtcdClient(
            endpoints: [member.endpoint], credentials: member.certificates)
        let records = try EtcdDatastore(client).load("/bootstrap/").entries
        guard let record = records.first(where: { $0.key == Bootstrap.key(own.password) }),
            let bootstrap = Bootstrap(sealed: record.value, password: own.password)
        else { throw ServerRefusal.preparing("failed to get bootstrap data") }
        return EtcdJoin(
            bootstrap: bootstrap, password: own.password, members: EtcdMembers(client: client))
    }

    /// The etcds of its servers.
    var members: [EtcdServer] {
        etcd.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    }

    private func attach(_ boot: ServerBoot) {
        let member = EtcdMember(folder: boot.folder, settings: boot.settings)
        etcd.withLock { etcd in
            etcd[boot.settings.nodeName] = EtcdServer(
                endpoint: member.client,
                certificates: EtcdCredentials(k3s: boot.folder.file("tls/etcd")))
        }
        askDatastore()
    }

    /// Lets the server that was started as `boot` says answer on its addresses.
    public func open(_ boot: ServerBoot, on addresses: [String]) throws {
        try open(addresses, try Authority(directory: boot.folder.file("tls")))
    }

    /// The server ended: its API, and its etcd with it.
    public func close(_ boot: ServerBoot, on addresses: [String]) {
        close(addresses)
        _ = etcd.withLock { $0.removeValue(forKey: boot.settings.nodeName) }
        askDatastore()
    }
}

extension Cluster {
    /// Path of the CA certificate, PEM.
    public var caPath: String { authority.certificatePath }

    /// The token as k3s prints it: `K10<CA digest>::server:<password>`.
    public var joinToken: String {
        JoinToken(password).full(authorityDigest: authority.certificateDigest)
    }

    /// Writes a kubeconfig with the administrator's token, mode 0600.
    public func kubeconfig(path: String) throws {
        let first = options.addresses[0]
        let address = first.contains(":") ? "[\(first)]" : first
        try Kubeconfig(
            name: options.name, server: "\(address):\(port == 0 ? options.port : port)",
            authority: authority
        ).write(to: path)
    }
}

/// The log of a cluster none of whose servers is up.
extension Cluster {
    /// What the log at `path` holds.
    public static func changes(at path: String) throws -> [Change] {
        try ChangeLog(path: path).changes
    }

    /// Adds a change a host made.
    public static func record(_ change: Change, at path: String) throws {
        try Files.makeDirectory(Files.folder(of: path))
        try ChangeLog(path: path).append(change)
    }
}

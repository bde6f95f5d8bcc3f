import Glibc
public import JSON
import Synchronization

/// A simulated Kubernetes cluster: a real API over HTTPS for the real kubectl,
/// a datastore in kine's schema, and controllers that make the world move.
///
/// One value for one run of the server: after `stop` the files hold everything,
/// and a new `Cluster` on the same files goes on from there. What it does not
/// simulate it answers with 501, never with success.
///
/// Every change passes one lock (`mutation`): a request, a round of the
/// controllers, an agent, a call from the program. So each of them sees a
/// settled world, and `quiesce` holds them all.
public final class Cluster: Sendable {
    public let options: ClusterOptions
    let authority: Authority
    let mutation = Mutex(())
    let store: Mutex<Store>
    let log: ChangeLog
    let health = ServerHealth()
    /// Where its requests pass, and can be held.
    public let gate = Gate()
    /// Its servers, by the address they listen on.
    private let servers = Mutex<[String: HTTPServer]>([:])
    private let worker = Mutex<Worker?>(nil)
    private let boundPort = Mutex<UInt16>(0)
    /// Its servers that run an etcd, by node name.
    let etcd = Mutex<[String: EtcdServer]>([:])
    let admission: Admission
    /// Password of the token in force, which may be rotated.
    let token: Mutex<String>
    private let controllers: Mutex<[any Controller]>
    let addons: AddonFolder?
    /// See `hurry`.
    private let factor = Mutex(1)

    /// Opens the files, making what is missing. `seed` are objects of a new
    /// world: they are created only if the datastore holds none.
    public convenience init(_ options: ClusterOptions, seed: [JSONValue]) throws {
        precondition(!options.addresses.isEmpty, "a cluster needs an address to listen on")
        try Files.makeDirectory(Files.folder(of: options.datastorePath))
        try self.init(
            options, seed: seed, datastore: try Kine(path: options.datastorePath),
            authority: try Authority(
                directory: options.tlsDirectory, cluster: options.name,
                addresses: options.addresses))
    }

    /// The cluster in `datastore`, whose servers' files are ready.
    init(
        _ options: ClusterOptions, seed: [JSONValue], datastore: sending any Datastore,
        authority: Authority
    ) throws {
        self.options = options
        self.authority = authority
        token = Mutex(options.joinToken)
        try Files.makeDirectory(Files.folder(of: options.changeLogPath))
        log = try ChangeLog(path: options.changeLogPath)
        admission = Admission(tolerationSeconds: options.tolerationSeconds)
        addons = options.addons.map(AddonFolder.init)
        controllers = Mutex(Controllers.all(options, addons: addons))
        let now = Moment.now
        var opened = try Store(datastore, now: now)
        if opened.isEmpty {
            _ = try opened.commit(
                try Seed(
                    objects: seed, admission: admission, customGroups: options.customGroups
                ).writes(now: now), now: now)
        }
        // A node nobody has heard of since the start gets the whole grace.
        for node in opened.world.all(.nodes) {
            opened.setAgent(node.name, World.Agent(isConnected: false, lastSeen: now))
        }
        store = Mutex(opened)
    }

    // MARK: Running

    /// Listens and starts the controllers; once in the life of this value. Call
    /// `stop` before letting go of it, also when this throws.
    public func start() throws { try open(options.addresses, authority) }

    /// Lets a server answer on `addresses` with its own certificate; with the
    /// first one the controllers start. `withControllers: false` leaves the
    /// world as it is: for tools that look at the API alone.
    func open(
        _ addresses: [String], _ authority: Authority, withControllers: Bool = true
    ) throws {
        for address in addresses {
            let (descriptor, port) = try Listener.open(address: address, port: options.port)
            boundPort.withLock { $0 = port }
            let host = address.contains(":") ? "[\(address)]" : address
            let api = API(
                version: options.version, token: authority.token, authority: authority.certificate,
                allowsAnonymous: options.allowsAnonymous, server: "\(host):\(port)")
            let server = try HTTPServer(
                descriptor: descriptor, certificate: authority.serverCertificate,
                key: authority.serverKey
            ) { [unowned self] request, isGone in self.respond(to: request, api, isGone: isGone) }
            servers.withLock { $0[address] = server }
        }
        guard withControllers else { return }
        let worker = self.worker.withLock { worker -> Worker? in
            guard worker == nil else { return nil }
            worker = Worker(
                pace: { [unowned self] in self.pace },
                revision: { [unowned self] in self.revision },
                body: { [unowned self] in
                    self.reconcile()
                    self.tendMembers()
                })
            return worker
        }
        if let worker {
            try addons?.start()
            worker.start()
        }
    }

    /// A server is gone: nobody answers on its addresses.
    public func close(_ addresses: [String]) {
        for address in addresses {
            servers.withLock { $0.removeValue(forKey: address) }?.stop()
        }
    }

    /// The addresses its servers answer on.
    public var listening: Set<String> { servers.withLock { Set($0.keys) } }

    /// Ends the servers and the controllers and closes the datastore. Requests
    /// held by a barrier are dropped.
    public func stop() {
        gate.close()
        close(Array(listening))
        let worker = self.worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.stop()
        store.withLock { $0.close() }
    }

    /// The port the API listens on, known after `start`.
    public var port: UInt16 { boundPort.withLock { $0 } }

    /// UID of the namespace kube-system: what identifies a cluster.
    public var uid: String { object(.namespaces, namespace: nil, name: "kube-system")?.uid ?? "" }

    // MARK: Objects, for the program; not counted as changes

    /// The object, or nil.
    public func object(_ resource: ResourceKey, namespace: String?, name: String) -> JSONValue? {
        world[ObjectKey(resource, namespace: namespace, name: name)]
    }

    /// Every object of `resource`, ordered by namespace and name.
    public func objects(_ resource: ResourceKey) -> [JSONValue] { world.all(resource) }

    /// Creates `object` or replaces it whole, status included.
    ///
    /// - Throws: `UnknownKind` for a kind that is not served, or the
    ///   datastore's error.
    public func put(_ object: JSONValue) throws { try put([object]) }

    /// The same with several at once.
    public func put(_ objects: [JSONValue]) throws {
        if let alien = objects.first(where: { $0.key == nil }) { throw UnknownKind(object: alien) }
        try update { world in
            objects.map { object in
                guard let old = object.key.flatMap({ world[$0] }) else { return .put(object) }
                var object = object
                for field in ["uid", "creationTimestamp"] where object.at("metadata", field) == nil
                {
                    object.set("metadata", field, to: old.at("metadata", field))
                }
                return .put(object)
            }
        }
    }

    /// Removes an object at once, without finalizers or grace.
    public func remove(_ resource: ResourceKey, namespace: String?, name: String) throws {
        try update { _ in [.remove(ObjectKey(resource, namespace: namespace, name: name))] }
    }

    /// Says that the datastore does not answer, or does again: requests for
    /// objects then end as a real server's do.
    public func setOutage(_ outage: DatastoreOutage?) { health.outage = outage }

    /// The world as it is now.
    var world: World { store.withLock { $0.world } }

    /// Decides about a settled world and stores what was decided.
    func update(_ decide: (World) -> [Write]) throws {
        let now = Moment.now
        try mutation.withLock { _ in
            try store.withLock { store in _ = try store.commit(decide(store.world), now: now) }
        }
    }

    // MARK: The change log and barriers

    /// Every mutating request applied through the API and what hosts recorded,
    /// since the lab was made.
    public var changes: [Change] { get throws { try log.changes } }

    /// Adds a change a host made.
    public func record(_ change: Change) throws { try log.append(change) }

    /// Sets or clears the barrier. It holds one request, once.
    public func setBarrier(_ barrier: Barrier?) { gate.set(barrier) }

    /// Whether the barrier holds, or held, its request.
    public var barrierHit: Bool { gate.isHit }

    /// Lets the held request go on.
    public func releaseBarrier() { gate.release() }

    /// Runs `body` while nothing can change, with a datastore of one file folded
    /// into that: for copying the lab's folder. `body` may read the cluster, not
    /// change it. Whoever waited then finds a datastore that answers.
    public func quiesce<Result: Sendable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try mutation.withLock { _ throws(Failure) in
            // A failed checkpoint leaves a write-ahead log that is copied too.
            let answered = store.withLock { store in
                try? store.checkpoint()
                return store.outage(now: .now) == nil
            }
            let result = try body()
            // Members of an etcd that were stopped may first have to vote.
            for _ in 0..<100 where answered {
                if store.withLock({ $0.outage(now: .now) }) == nil { break }
                usleep(20_000)
            }
            return result
        }
    }

    // MARK: Controllers

    /// Lets its clocks run `factor` times as fast as its options say, from now
    /// on: what has stood for years is new in a moment. Nobody in a cluster has a
    /// memory of their own, so others take over between two rounds.
    public func hurry(_ factor: Int) {
        self.factor.withLock { $0 = factor }
        var options = options
        options.kubeletDelay /= factor
        controllers.withLock { $0 = Controllers.all(options, addons: addons) }
    }

    /// Time between two rounds.
    var pace: Duration { options.pace / haste }

    /// How many times as fast its clocks run.
    public var haste: Int { factor.withLock { $0 } }

    /// One round of all controllers; each sees what the one before it wrote. A
    /// datastore that does not take something ends the round: whoever asks
    /// something meanwhile shall not wait for every controller's attempt.
    func reconcile(now: Moment = .now) {
        let controllers = controllers.withLock { $0 }
        for controller in controllers { controller.prepare() }
        mutation.withLock { _ in
            for controller in controllers {
                let writes = controller.reconcile(world, now: now)
                guard !writes.isEmpty else { continue }
                // The datastore is closed only behind the last round; a full
                // disk shows in the next request.
                do { try store.withLock { _ = try $0.commit(writes, now: now) } } catch { return }
            }
        }
    }

    /// Tells the datastore which servers run it.
    func askDatastore() {
        let servers = etcd.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
        store.withLock { $0.ask(servers) }
    }
}

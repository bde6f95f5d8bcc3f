public import JSON
public import LabCluster
public import LabHosts
import Synchronization

/// Everything that answers beside the Kubernetes API: the registry, the
/// ingress, name servers, the public registries, and what machines pull.
///
/// It follows the clusters: a round looks what has changed, opens and closes
/// doors, and does the pulls kubelets wait for. Nothing is remembered beyond
/// the API and the files of the machines, but for a cluster whose API is away:
/// what its machines ran goes on as it was.
public final class Doors: Sendable {
    /// What the lab tells the doors about itself.
    public struct Surroundings: Sendable {
        let paths: LabPaths
        let lab: JSONValue
        let clusters: @Sendable () -> [Cluster]
        let isOn: @Sendable (_ host: String) -> Bool
        /// Whether a machine holds containers.
        var holds: @Sendable (_ host: String) -> Bool = { _ in false }
        /// Addresses Nodes still tell of that no machine has any more.
        var lost: @Sendable () -> Set<String> = { [] }

        /// - Parameters:
        ///   - lab: `lab.yaml`: its sections `images`, `names` and `certificates`.
        ///   - clusters: those whose API is up.
        ///   - isOn: whether a machine has power and is reached.
        ///   - holds: whether containers run on a machine, with an API or without.
        ///   - lost: addresses no machine has any more, whatever Nodes say.
        public init(
            paths: LabPaths, lab: JSONValue, clusters: @escaping @Sendable () -> [Cluster],
            isOn: @escaping @Sendable (_ host: String) -> Bool,
            holds: @escaping @Sendable (_ host: String) -> Bool,
            lost: @escaping @Sendable () -> Set<String> = { [] }
        ) {
            self.lost = lost
            self.paths = paths
            self.lab = lab
            self.clusters = clusters
            self.isOn = isOn
            self.holds = holds
        }
    }

    struct State {
        /// By cluster; without a revision: the last one before its API went away.
        var views: [String: (revision: Int?, view: ClusterView)] = [:]
        var ingresses: [String: Ingress] = [:]
        var plan = DoorPlan([])
        var cut: Set<DoorKind> = []
        var certificates: [String: ServerCertificate] = [:]
    }

    let surroundings: Surroundings
    let maker: CertificateMaker
    let trust = Trust()
    let upstream: UpstreamImages
    let network: Network
    let state = Mutex(State())
    private let isRunning = Mutex(false)
    /// Rounds are one at a time.
    private let turn = Mutex(())
    private let board: PullBoard

    /// Nothing is open before `start`.
    public convenience init(_ surroundings: Surroundings) {
        self.init(surroundings, opensSockets: true)
    }

    init(_ surroundings: Surroundings, opensSockets: Bool) {
        self.surroundings = surroundings
        maker = CertificateMaker(folder: surroundings.paths.outside)
        upstream = UpstreamImages(surroundings.lab["images"])
        network = Network(opensSockets: opensSockets)
        let (network, trust) = (network, trust)
        let paths = surroundings.paths
        board = PullBoard { request in
            NodeRuntime(tree: paths.tree(request.node), network: network, trust: trust)
                .state(request)
        }
    }

    /// What kubelets ask for images.
    public var images: any NodeImages { board }

    /// Lets pulls that fail be tried again `factor` times as soon.
    public func hurry(_ factor: Int) {
        let pace = PullBoard.Pace()
        board.set(PullBoard.Pace(first: pace.first / factor, last: pace.last / factor))
    }

    /// Makes the files the world outside has, before any machine is made.
    public func prepare() throws {
        try maker.prepare()
        guard !Disk.exists(zone.path) else { return }
        try Disk.write(zone.path, OutsideNames(surroundings.lab).text)
    }

    /// Opens the doors and keeps them as the clusters say.
    public func start() {
        begin()
        Background.run { [weak self] in
            while let self, self.isRunning.withLock({ $0 }) {
                self.round()
                Background.sleep(50)
            }
        }
    }

    /// Opens the doors once; whoever calls it calls `round` too.
    func begin() {
        isRunning.withLock { $0 = true }
        round()
    }

    /// Closes them all.
    public func stop() {
        isRunning.withLock { $0 = false }
        turn.withLock { _ in network.arrange([:]) }
    }

    /// Looks once, acts once.
    func round() {
        turn.withLock { _ in
            guard isRunning.withLock({ $0 }) else { return }
            if look() { network.arrange(answering(state.withLock { $0.plan })) }
            board.round()
        }
    }

    /// Whether the plan changed.
    private func look() -> Bool {
        var views: [String: (revision: Int?, view: ClusterView)] = [:]
        let old = state.withLock { $0 }
        var ingresses = old.ingresses
        func take(_ view: ClusterView, revision: Int?, silent: (String) -> Bool) {
            var view = view
            let name = view.cluster
            view.silentNodes = Set(view.all(.nodes).map(\.name).filter(silent))
            view.lostAddresses = surroundings.lost()
            views[name] = (revision, view)
            let last = old.views[name]
            if last?.revision != revision || last?.view.silentNodes != view.silentNodes {
                ingresses[name] = ingress(view)
                stock(view)
            }
        }
        for cluster in surroundings.clusters() {
            let revision = cluster.revision, last = old.views[cluster.options.name]
            let known = last.flatMap { $0.revision == revision ? $0.view : nil }
            take(known ?? ClusterView(cluster), revision: revision) { !surroundings.isOn($0) }
        }
        for (name, last) in old.views where views[name] == nil {
            take(last.view, revision: nil) { !surroundings.isOn($0) || !surroundings.holds($0) }
        }
        return state.withLock { state in
            state.views = views
            state.ingresses = ingresses
            let plan = DoorPlan(views.values.map(\.view), cut: state.cut)
            defer { state.plan = plan }
            return plan != state.plan || network.places.count != plan.uses.count
        }
    }

    private func ingress(_ view: ClusterView) -> Ingress {
        let isCilium = view.all(.pods).contains { $0.label("k8s-app") == "cilium" }
        return Ingress(
            view, engine: isCilium ? .cilium : .traefik, trust: trust, fallback: maker.fallback)
    }

    // MARK: faults

    /// Shuts every door of this kind, whatever the clusters say.
    public func cut(_ kind: DoorKind) {
        state.withLock { _ = $0.cut.insert(kind) }
        round()
    }

    /// Lets them open again.
    public func restore(_ kind: DoorKind) {
        state.withLock { _ = $0.cut.remove(kind) }
        round()
    }

    /// What is shut by `cut`.
    public var cut: Set<DoorKind> { state.withLock { $0.cut } }

    var zone: Zone { Zone(path: "\(surroundings.paths.outside)/names") }

    /// Changes what the world outside says of a name: another address,
    /// `servfail`, `silent`, or nil for "no such name".
    public func setName(_ name: String, to word: String?) throws { try zone.set(name, to: word) }

    func view(_ cluster: String) -> ClusterView? { state.withLock { $0.views[cluster]?.view } }
}

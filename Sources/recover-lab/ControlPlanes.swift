import LabCluster
import LabHosts
import Synchronization

/// The control planes of clusters made by kubeadm: what happens when the static
/// pods of a machine change.
///
/// The API is there while the manifests of etcd and of the API server both are,
/// and etcd answers. When one of them goes or changes, the API server starts
/// anew with what is on the disk then.
final class ControlPlanes: Sendable {
    let clusters: Clusters
    /// What shall run, by machine.
    private let wanted = Mutex<[String: [StaticPod]]>([:])
    /// Opening and closing are one at a time.
    let turn = Mutex(())

    init(_ clusters: Clusters) { self.clusters = clusters }

    private static let needed = ["etcd", "kube-apiserver"]

    /// The static pods of `host` are these now.
    func follow(_ host: String, _ manifests: [String: String]) {
        guard let machine = clusters.declaration(host), machine.role == .server else { return }
        guard clusters.founder(machine.cluster)?.name == host else {
            if !manifests.isEmpty {
                Complaint.say("\(host): the lab has control planes of one machine only")
            }
            return
        }
        let pods = StaticPod.all(manifests)
        let found = Self.needed.compactMap { pods[$0] }
        let now = found.count == Self.needed.count ? found : []
        let isNew = wanted.withLock { wanted in
            defer { wanted[host] = now }
            return wanted[host] ?? [] != now
        }
        guard isNew else { return }
        down(machine)
        if !now.isEmpty { Background.run { [self] in rise(machine, now) } }
    }

    /// Nothing comes up any more.
    func stop() { wanted.withLock { $0 = [:] } }

    /// Waits for etcd, as an API server does that is started again and again.
    private func rise(_ host: HostDeclaration, _ pods: [StaticPod]) {
        while wanted.withLock({ $0[host.name] == pods }) {
            // Where it is by now: its address may come and go meanwhile.
            let host = clusters.declaration(host.name) ?? host
            let plane = clusters.controlPlane(host)
            guard !clusters.power.isCut(host.name), Cluster.etcdAnswers(plane) else {
                Background.sleep(100)
                continue
            }
            do {
                return try turn.withLock { _ in
                    if wanted.withLock({ $0[host.name] == pods }) { try open(host, plane) }
                }
            } catch {
                Complaint.say("\(host.name): kube-apiserver does not start: \(error)")
                Background.sleep(5000)
            }
        }
    }

    private func open(_ host: HostDeclaration, _ plane: ControlPlane) throws {
        let name = host.cluster
        let addresses = clusters.addresses(of: host)
        let seed = try clusters.seed(name)
        var options = try clusters.options(name, addresses, data: clusters.folder(name))
        if seed.isEmpty { options.customGroups = [] }
        let cluster = try Cluster(
            options, plane: plane, seed: seed.isEmpty ? [] : seed + clusters.firstToken(name))
        do { try cluster.open(plane, on: addresses) } catch {
            cluster.stop()
            throw error
        }
        try clusters.seeded(name)
        clusters.run(cluster, name)
        clusters.planes.withLock {
            $0[host.name] = RunningPlane(plane: plane, served: plane.servingCertificate)
        }
    }

    private func down(_ host: HostDeclaration) {
        turn.withLock { _ in
            let gone = clusters.planes.withLock { $0.removeValue(forKey: host.name) }
            if gone != nil { clusters.stop(host.cluster) }
        }
    }
}

/// A control plane that is up.
struct RunningPlane {
    let plane: ControlPlane
    /// The certificate its API server shows, PEM: the one it was started with.
    let served: [UInt8]
}

import Digest
import Glibc
import JSON
import LabCluster
import LabDoors
import LabHosts
import Processes
import Synchronization

/// Everything of a lab that lives while it is up: clusters, machines, the
/// desired state's repository, and the door its commands knock on.
final class World: Sendable {
    let description: LabDescription
    let paths: LabPaths
    let clusters: Clusters
    let hosts: Hosts
    let repository: Repository
    /// Where the repository is fetched from.
    let git: GitHost
    let servers: Servers
    /// What answers beside the Kubernetes API.
    let doors: Doors
    /// What the static pods of kubeadm's control planes bring up.
    let planes: ControlPlanes
    /// Requests that change a machine, and questions to the operator, pass here.
    let gate = Gate()
    private let tools: Tools
    private let door = Mutex<Door?>(nil)

    init(_ description: LabDescription, paths: LabPaths, tools: Tools) {
        self.description = description
        self.paths = paths
        self.tools = tools
        repository = Repository(paths: paths, tools: tools, description: description)
        git = GitHost(paths, tools: tools)
        let clusters = Clusters(
            description, paths: paths,
            source: RepositorySource(repository, isThere: { [git] in git.isThere }))
        self.clusters = clusters
        let power = clusters.power
        let doors = Doors(
            Doors.Surroundings(
                paths: paths, lab: description.lab, clusters: { clusters.withMachines },
                isOn: { power.answers($0) }, holds: { power.holdsContainers($0) },
                lost: { power.lostAddresses }))
        self.doors = doors
        clusters.meet(doors)
        let servers = Servers(clusters, tools: tools)
        self.servers = servers
        var events = HostEvents(
            join: { clusters.join($0) }, gone: { clusters.gone($0, $1) },
            server: { servers.serve($0, $1, $2) },
            changed: { clusters.record($0) },
            pass: { [gate] path, isGone, apply in
                gate.pass("HOST", path, isGone: isGone, apply: apply) != nil
            })
        events.again = { clusters.again($0) }
        events.containers = { clusters.containers($0) }
        let planes = ControlPlanes(clusters)
        self.planes = planes
        events.staticPods = {
            clusters.follow($0, $1)
            planes.follow($0, $1)
        }
        events.refusal = { clusters.refusal($0) }
        events.kubeletCertificate = { clusters.kubeletCertificate($0) }
        events.agentFiles = { join in
            do { return try clusters.agentCertificates(join.host)?.files() ?? [:] } catch {
                Complaint.say("\(join.host): \(error)")
                return [:]
            }
        }
        events.kubeadm = { KubeadmCommands(clusters: clusters, host: $0).answer($1) }
        events.peers = { clusters.peers($0) }
        events.k3s = { servers.command($0, $1) }
        events.lookUp = { host, name in doors.addresses(of: name, asking: host) }
        events.pull = { host, image in
            let architecture = description.hosts.first { $0.name == host }?.architecture ?? ""
            return doors.pull(image, onto: host, architecture: architecture)
        }
        events.exports = { clusters.exports(of: $0) }
        hosts = Hosts(description.hosts, paths: paths, tools: tools, events: events)
        power.set(hosts)
    }

    /// Brings it up, as new or as it was when it stopped.
    func start() throws {
        try doors.prepare()
        try Overlay.trust(paths)
        try clusters.prepare()
        for name in description.clusters {
            let server = description.hosts.first { $0.cluster == name }
            if server == nil { try clusters.start(name) }
        }
        let local = description.hosts.first?.cluster ?? ""
        let token = try clusters.joinToken(local)
        try Disk.makeFolder("\(paths.root)/secrets", mode: 0o700)
        try Disk.write(joinToken, token, mode: 0o600)
        try Sealing(description: description, paths: paths)
            .writeBackup(to: "\(paths.root)/secrets/sealing-keys.yaml")
        try Together.all(
            { try self.repository.make() },
            { try self.hosts.make(token: token) { _ in SHA256.hexadecimal(Random.bytes(16)) } })
        if description.hasRepository { try git.start() }
        doors.start()
        try hosts.resume()
        try LabBinding(self, tools: tools).write()
        try Playbooks(description: description, paths: paths, tools: tools).write()
        let door = try Door(paths.control) { [unowned self] question, connection in
            if let answer = Questions(world: self).answer(question, from: connection) {
                connection.send(answer)
            }
        }
        self.door.withLock { $0 = door }
    }

    /// The file an operator takes the join token from.
    var joinToken: String { "\(paths.root)/secrets/join-token" }

    /// Stops everything; the folder holds it. Held requests are dropped.
    func stop() {
        gate.close()
        door.withLock { $0 }?.close()
        hosts.stop()
        planes.stop()
        git.stop()
        doors.stop()
        clusters.stopAll()
    }

    /// Writes today's host keys for people who enter the lab.
    func tellPeople() throws { try LabBinding(self, tools: tools).writeClientConfiguration() }
}

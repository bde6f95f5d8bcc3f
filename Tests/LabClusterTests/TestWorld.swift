import Glibc
import JSON
import Processes

@testable import LabCluster

/// A folder of its own for one test, gone behind it.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/lab-cluster.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError(path: "/tmp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        _ = try? Command("/bin/rm", ["-rf", path]).capture(deadline: .seconds(10))
    }

    func options() -> ClusterOptions {
        var options = ClusterOptions(
            name: "test", addresses: ["127.0.0.1"], datastorePath: "\(path)/db/state.db",
            tlsDirectory: "\(path)/tls", changeLogPath: "\(path)/changes.jsonl", joinToken: "secret"
        )
        options.port = 0
        options.pace = .milliseconds(20)
        options.grace = .milliseconds(100)
        options.kubeletDelay = .milliseconds(20)
        return options
    }
}

enum Sample {
    static func node(_ name: String, labels: [String: String] = [:]) -> JSONValue {
        var node: JSONValue = [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name)], "spec": [:],
        ]
        for (key, value) in labels { node.set("metadata", "labels", key, to: .string(value)) }
        node.set("metadata", "labels", "kubernetes.io/hostname", to: .string(name))
        return node
    }

    static func pod(_ name: String, on node: String? = nil, spec: JSONValue = [:]) -> JSONValue {
        var spec = spec
        if let node { spec["nodeName"] = .string(node) }
        spec["containers"] = [["name": "c", "image": "i"]]
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "namespace": "default"], "spec": spec,
        ]
    }

    static func deployment(_ name: String, replicas: Int, spec: JSONValue = [:]) -> JSONValue {
        var spec = spec
        spec["containers"] = [["name": "c", "image": "web:1"]]
        return [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "replicas": .int(replicas), "selector": ["matchLabels": ["app": .string(name)]],
                "template": ["metadata": ["labels": ["app": .string(name)]], "spec": spec],
            ],
        ]
    }

    static func report(_ name: String, password: String = "pw", token: String = "secret")
        -> AgentReport
    {
        AgentReport(
            nodeName: name, nodePassword: password, token: token, version: "v1.35.4+k3s1",
            architecture: "arm64", operatingSystem: "Ubuntu 24.04", kernel: "6.8",
            internalIP: "10.0.0.1",
            machineID: "m", bootID: "b")
    }
}

/// A store in memory only as far as a test cares: a world with a hand-made clock.
final class Simulation {
    var store: LabCluster.Store
    let folder: Folder
    var now: Moment
    var options: ClusterOptions
    let admission: Admission
    /// What holds pods up beside what the controllers know.
    var obstacles: [any PodObstacle] = []

    init(_ objects: [JSONValue]) throws {
        let folder = try Folder()
        var options = folder.options()
        options.grace = .seconds(4)
        options.kubeletDelay = .seconds(1)
        try Files.makeDirectory("\(folder.path)/db")
        let now = Moment(milliseconds: 1_800_000_000_000)
        var store = try LabCluster.Store(path: options.datastorePath, now: now)
        let admission = Admission(tolerationSeconds: 300)
        _ = try store.commit(
            try Seed(objects: objects, admission: admission).writes(now: now), now: now)
        self.folder = folder
        self.options = options
        self.now = now
        self.store = store
        self.admission = admission
    }

    func connect(_ names: String..., connected: Bool = true) {
        for name in names {
            store.setAgent(name, World.Agent(isConnected: connected, lastSeen: now))
        }
    }

    /// Lets `seconds` pass, one round of all controllers a second.
    func run(seconds: Int) throws {
        for _ in 0..<seconds {
            now = now.adding(.seconds(1))
            for controller in Controllers.all(options, obstacles: obstacles) {
                _ = try store.commit(controller.reconcile(store.world, now: now), now: now)
            }
        }
    }

    var pods: [JSONValue] { store.world.all(.pods) }
    func node(_ name: String) -> JSONValue { store.world.object(.nodes, nil, name) ?? [:] }

    func request(
        _ method: String, _ target: String, _ body: JSONValue? = nil,
        type: String = "application/json", headers: [String: String] = [:]
    )
        throws -> JSONValue
    {
        let request = Self.request(method, target, body, type: type, headers: headers)
        guard let route = Route(request.path) else { throw StatusError.noSuchResource }
        let decision = try Verbs(
            world: store.world, now: now, admission: admission,
            oldestRevision: store.history.floor
        ).decide(request, route)
        if !request.isDryRun { _ = try store.commit(decision.writes, now: now) }
        let response = decision.response(
            in: request.isDryRun ? World() : store.world, as: try Representation(request), now: now)
        return try JSONValue(parsing: response.body)
    }

    /// A request for `target`, a path that may have a query.
    static func request(
        _ method: String, _ target: String, _ body: JSONValue? = nil,
        type: String = "application/json", headers: [String: String] = [:]
    ) -> Request {
        let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
        var request = Request(method: method, path: halves[0], body: body?.utf8 ?? [])
        for pair in halves.dropFirst().first?.split(separator: "&") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            request.query[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        request.headers = headers
        request.headers["content-type"] = type
        return request
    }

    /// The refusal of a request, or nil.
    func refusal(
        _ method: String, _ target: String, _ body: JSONValue? = nil,
        type: String = "application/json", headers: [String: String] = [:]
    ) -> StatusError? {
        do { _ = try request(method, target, body, type: type, headers: headers) } catch {
            return error as? StatusError
        }
        return nil
    }
}

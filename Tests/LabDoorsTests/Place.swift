import Glibc
import JSON
import LabCluster
import LabHosts
import Processes
import Synchronization

@testable import LabDoors

/// A lab without sockets: one cluster of hand-made objects, machines that are
/// only folders.
final class Estate {
    /// Names of machines.
    final class Names: Sendable {
        private let names = Mutex<Set<String>>([])
        func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
        func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }
        func remove(_ name: String) { names.withLock { _ = $0.remove(name) } }
    }

    let paths: LabPaths
    let doors: Doors
    let cluster: Cluster
    /// Machines without power; those that hold containers.
    let dark = Names(), holding = Names()
    /// Named: the API is away.
    let away = Names()

    init(_ objects: [JSONValue] = [], lab: JSONValue = [:]) throws {
        var template = Array("/tmp/lab-doors.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw LabFailure("no folder") }
        let root = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let paths = LabPaths(root: root)
        var options = ClusterOptions(
            name: "lumie", addresses: ["127.0.0.1"], datastorePath: "\(root)/db/state.db",
            tlsDirectory: "\(root)/tls", changeLogPath: "\(root)/changes.jsonl",
            joinToken: "secret")
        options.port = 0
        options.customGroups = ["traefik.io"]
        let cluster = try Cluster(options, seed: [])
        for object in objects { try cluster.put(object) }
        let (dark, holding, away) = (dark, holding, away)
        self.paths = paths
        self.cluster = cluster
        doors = Doors(
            Doors.Surroundings(
                paths: paths, lab: lab, clusters: { away.contains("lumie") ? [] : [cluster] },
                isOn: { !dark.contains($0) }, holds: { holding.contains($0) }),
            opensSockets: false)
        try doors.prepare()
        for node in ["m", "w"] {
            try Disk.makeFolder("\(paths.tree(node))/etc")
            try Disk.write(
                "\(paths.tree(node))/etc/resolv.conf",
                "nameserver \(OutsideAddresses.nameServer)\n")
        }
        doors.begin()
    }

    deinit {
        doors.stop()
        cluster.stop()
        _ = try? Command("/bin/rm", ["-rf", paths.root]).capture(deadline: .seconds(20))
    }

    /// Replaces an object and lets the doors look.
    func put(_ object: JSONValue) throws {
        try cluster.put(object)
        doors.round()
    }

    /// A request from machine `node`, or what its client says.
    func ask(_ url: String, from node: String = "m", method: String = "GET") -> String {
        let client = WebClient(
            network: doors.network, root: paths.tree(node), trust: doors.trust)
        do {
            let answer = try client.send(method, url)
            return "\(answer.status) " + String(decoding: answer.body, as: UTF8.self)
        } catch { return "\(error)" }
    }

    /// The state a kubelet finds after one attempt.
    func pull(
        _ image: String, on node: String = "m", architecture: String = "arm64",
        policy: ImageRequest.Policy = .ifNotPresent
    ) -> ImageState {
        NodeRuntime(tree: paths.tree(node), network: doors.network, trust: doors.trust)
            .state(
                ImageRequest(
                    pod: "p", node: node, image: image, policy: policy, architecture: architecture))
    }
}

/// Objects of a small estate: Traefik and Zot on two machines.
enum Sample {
    static func node(_ name: String, _ address: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name)], "spec": [:],
            "status": ["addresses": [["type": "InternalIP", "address": .string(address)]]],
        ]
    }

    static func pod(
        _ name: String, _ namespace: String, on node: String = "m", labels: JSONValue,
        image: String, spec: JSONValue = [:], isReady: Bool = true
    ) -> JSONValue {
        var spec = spec
        spec["nodeName"] = .string(node)
        spec["containers"] = [["name": "c", "image": .string(image)]]
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace), "labels": labels,
            ],
            "spec": spec,
            "status": [
                "phase": "Running",
                "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
            ],
        ]
    }

    static func service(
        _ name: String, _ namespace: String, _ address: String, selector: JSONValue,
        ports: [Int], type: String = "ClusterIP", status: JSONValue = [:]
    ) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "type": .string(type), "clusterIP": .string(address), "selector": selector,
                "ports": .array(ports.map { ["port": .int($0)] }),
            ], "status": status,
        ]
    }

    static func ingress(
        _ name: String, _ namespace: String, host: String, path: String = "/", service: String,
        secret: String? = nil, annotations: JSONValue = [:]
    ) -> JSONValue {
        var ingress: JSONValue = [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace),
                "annotations": annotations,
            ],
            "spec": [
                "rules": [
                    [
                        "host": .string(host),
                        "http": [
                            "paths": [
                                [
                                    "path": .string(path), "pathType": "Prefix",
                                    "backend": [
                                        "service": [
                                            "name": .string(service), "port": ["number": 80],
                                        ]
                                    ],
                                ]
                            ]
                        ],
                    ]
                ]
            ],
        ]
        if let secret {
            var spec = ingress["spec"] ?? [:]
            spec["tls"] = [["hosts": [.string(host)], "secretName": .string(secret)]]
            ingress["spec"] = spec
        }
        return ingress
    }

    static let traefik: [JSONValue] = [
        node("m", "10.0.0.241"), node("w", "10.0.0.2"),
        pod(
            "traefik-0", "kube-system", labels: ["app.kubernetes.io/name": "traefik"],
            image: "rancher/mirrored-library-traefik:3.5.1"),
        pod(
            "svclb-traefik-0", "kube-system",
            labels: ["svccontroller.k3s.cattle.io/svcname": "traefik"],
            image: "rancher/klipper-lb:v0.4.13"),
        service(
            "traefik", "kube-system", "10.43.7.7", selector: ["app.kubernetes.io/name": "traefik"],
            ports: [80, 443], type: "LoadBalancer"),
    ]

    static let zot: [JSONValue] = [
        pod(
            "zot-0", "zot", on: "w", labels: ["app": "zot"],
            image: "ghcr.io/project-zot/zot-linux-arm64:v2.1.8",
            spec: ["volumes": [["name": "d", "hostPath": ["path": "/srv/zot"]]]]),
        service("zot", "zot", "10.43.5.5", selector: ["app": "zot"], ports: [5000]),
    ]

    static func secret(_ name: String, _ namespace: String, _ certificate: ServerCertificate)
        -> JSONValue
    {
        func base64(_ bytes: [UInt8]) -> JSONValue {
            let text =
                (try? Command("/usr/bin/base64", ["-w0"], input: bytes)
                .capture(deadline: .seconds(10)))?.output.text
            return .string(text ?? "")
        }
        return [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": ["tls.crt": base64(certificate.chain), "tls.key": base64(certificate.key)],
        ]
    }
}

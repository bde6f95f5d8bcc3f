import Estates
import JSON
import Testing

@Suite struct `The check of an estate` {
    private func findings(_ facts: JSONValue, _ identities: [String: String] = ["c": "uid"])
        -> [EstateFinding]
    {
        EstateCheck(Estate(facts: facts), identities: identities).findings
    }

    /// An estate of which everything is known and nothing is wrong.
    private static let whole: JSONValue = [
        "name": "e", "owner": "o",
        "clusters": [
            [
                "name": "c", "purpose": "p", "environment": "test", "owner": "o",
                "distribution": "k3s", "version": "v1", "datastore": "sqlite",
                "api": "https://10.0.0.1:6443", "cni": "flannel", "pod-cidr": "10.42.0.0/16",
                "service-cidr": "10.43.0.0/16", "storage-classes": ["local-path"],
                "node-networks": [["name": "n", "range": "10.0.0.0/24"]],
                "ingress": ["controller": "traefik"], "secrets": ["engine": "none"],
                "gitops": ["engine": "argocd"], "singletons": ["a/b=true"],
                "probes": ["power": "look at it"],
            ]
        ],
        "nodes": [
            [
                "name": "n1", "cluster": "c", "role": "server", "version": "v1", "on": "h",
                "memory": "8 GB", "address": ["internal": "10.0.0.1"], "labels": ["a/b": "true"],
                "resolvers": ["9.9.9.9"],
            ]
        ],
        "machines": [
            [
                "name": "h", "kind": "host", "memory": "16 GB", "hypervisor": "Proxmox VE",
                "address": "10.0.0.9",
            ]
        ],
        "dependencies": [["name": "adguard", "kind": "dns", "needs": [], "lives": "c"]],
        "single-points-of-failure": [["name": "n1"], ["name": "h"]],
        "circularities": [],
        "backups": [["name": "b", "kind": "sqlite", "cluster": "c"]],
    ]

    /// The estate with another value at a path of keys and indices.
    private func changed(_ path: [String], _ value: JSONValue?) -> JSONValue {
        func change(_ node: JSONValue, _ path: ArraySlice<String>) -> JSONValue {
            guard let key = path.first else { return value ?? .null }
            if case .array(var elements) = node, let index = Int(key) {
                elements[index] = change(elements[index], path.dropFirst())
                return .array(elements)
            }
            var node = node
            node[key] = path.count == 1 ? value : change(node[key] ?? [:], path.dropFirst())
            return node
        }
        return change(Self.whole, path[...])
    }

    @Test func `is content with one that is whole`() {
        #expect(findings(Self.whole).filter { $0.weight != .note } == [])
    }

    private typealias Case = (String, String, JSONValue?, String, String)

    private static let cases: [Case] = facts + places

    private static let facts: [Case] = [
        ("no owner", "owner", JSONValue?.none, "EC-UNKNOWN", "owner"),
        ("an unknown owner", "clusters 0 owner", "unknown", "EC-UNKNOWN", "clusters c owner"),
        ("no environment", "clusters 0 environment", nil, "EC-UNKNOWN", "clusters c environment"),
        (
            "an unknown datastore", "clusters 0 datastore", "unknown", "EC-UNKNOWN",
            "clusters c datastore"
        ),
        ("one address twice", "machines 0 address", "10.0.0.1", "EC-ADDRESS", "h"),
        ("too little memory", "machines 0 memory", "4 GB", "EC-MEMORY", "h"),
        ("another version", "nodes 0 version", "v2", "EC-VERSION", "nodes n1"),
        (
            "overlapping ranges", "clusters 0 service-cidr", "10.42.128.0/17", "EC-RANGE",
            "clusters c"
        ),
        (
            "a range over the nodes' network", "clusters 0 pod-cidr", "10.0.0.0/8", "EC-RANGE",
            "nodes n1"
        ),
        ("an API nobody has", "clusters 0 api", "https://10.0.0.7:6443", "EC-API", "clusters c"),
        ("an API on loopback", "clusters 0 api", "https://127.0.0.1:6443", "EC-API", "clusters c"),
    ]

    private static let places: [Case] = [
        ("no node with the label", "nodes 0 labels", [:], "EC-LABEL", "clusters c"),
        ("a node that is none", "not-nodes", [["name": "n1"]], "EC-NODE", "nodes n1"),
        (
            "a single point nobody declared", "single-points-of-failure", [["name": "h"]],
            "EC-SPOF", "n1"
        ),
        (
            "a single point nothing needs", "single-points-of-failure",
            [["name": "n1"], ["name": "h"], ["name": "adguard"]], "EC-SPOF", "adguard"
        ),
        ("no backup", "backups", [], "EC-BACKUP", "clusters c"),
        ("no probe of the power", "clusters 0 probes", [:], "EC-PROBE", "clusters c power"),
        ("no probe of the network", "clusters 0 cni", "unknown", "EC-PROBE", "clusters c cni"),
        (
            "name servers of its own cluster alone", "nodes 0 resolvers", ["10.43.0.10"],
            "EC-RESOLVER", "nodes n1"
        ),
        ("name servers nobody knows", "nodes 0 resolvers", "unknown", "EC-RESOLVER", "nodes n1"),
        ("a need that lives inside", "clusters 0 needs", ["adguard"], "EC-INSIDE", "clusters c"),
        (
            "a circle that is none", "circularities",
            [["name": "x", "members": ["adguard", "h"]]],
            "EC-CIRCLE", "circularities x"
        ),
    ]

    @Test(arguments: cases)
    func `finds`(name: String, at place: String, value: JSONValue?, code: String, subject: String) {
        let path = place.split(separator: " ").map(String.init)
        let found = findings(changed(path, value)).filter { $0.weight != .note }
        #expect(found.contains { $0.code == code && $0.subject == subject }, "\(name): \(found)")
    }

    @Test func `finds a circle nobody declared`() {
        let facts = changed(
            ["dependencies"],
            [
                ["name": "a", "kind": "x", "needs": ["b"]],
                ["name": "b", "kind": "x", "needs": ["a"]],
            ])
        let found = findings(facts)
        #expect(found.contains { $0.code == "EC-CIRCLE" && $0.subject == "a → b" })
    }

    @Test func `asks for the UID of every cluster no binding names, before anything else`() {
        let found = findings(Self.whole, [:])
        #expect(found.first?.code == "EC-UID")
        #expect(found.first?.weight == .blocks)
        #expect(found.first?.who != nil)
    }

    @Test(arguments: `The five shipped estates`.tables.map(\.0))
    func `says of every unknown fact who could know it`(name: String) throws {
        let estate = try `The five shipped estates`.shipped(name)
        let found = EstateCheck(estate).findings
        let unknown = found.filter { $0.code == "EC-UNKNOWN" }
        #expect(Set(unknown.map(\.subject)).isSuperset(of: estate.unknowns))
        #expect(unknown.allSatisfy { $0.who != nil })
        #expect(found.contains { $0.code == "EC-UNKNOWN" && $0.weight == .blocks })
        #expect(found == found.sorted { $0.weight == .blocks && $1.weight != .blocks })
    }

    @Test func `finds the memory the one host does not have, and what needs itself`() throws {
        let found = EstateCheck(try `The five shipped estates`.shipped("proxmox-tiers")).findings
        let memory = found.first { $0.code == "EC-MEMORY" }
        #expect(memory?.subject == "r730")
        #expect(memory?.message.contains("196 GB of its 160 GB") == true)
        let inside = found.first { $0.code == "EC-INSIDE" }
        #expect(inside?.message.contains("gitea") == true)
        #expect(found.count { $0.code == "EC-RESOLVER" } == 5)
        let lumie = EstateCheck(try `The five shipped estates`.shipped("lumie")).findings
        #expect(lumie.contains { $0.code == "EC-BACKUP" && $0.subject == "clusters lumie" })
    }
}

import Estates
import Glibc
import JSON
import Testing
import YAML

@Suite struct `An estate` {
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private func shipped() throws -> Estate {
        try Estate(reading: Self.root + "/snapshots/oci-layer7/estate.yaml")
    }

    @Test func `that is shipped loads`() throws {
        let estate = try shipped()
        #expect(estate.name == "oci-layer7")
        #expect(
            estate.nodeNames(cluster: "local", role: "worker") == ["layer7-vps1", "oci-arm-free1"])
        #expect(estate.cluster("local")?["servers"] == ["oci-arm"])
        #expect(estate.cluster("local")?["nodes"]?.array?.count == 3)
        #expect(
            estate.node("oci-arm-free1")?["label-pairs"] == [
                "node.io/provider=oracle", "node.io/region=eu-fra", "node.io/role=workload",
            ])
        #expect(estate.node("none") == nil)
        #expect(estate.cluster("none") == nil)
    }

    @Test func `says unknown where its source says nothing`() throws {
        let estate = try shipped()
        #expect(estate.cluster("homelab")?["api"] == Estate.unknown)
        #expect(estate.cluster("local")?.at("gitops", "repository") == Estate.unknown)
    }

    @Test func `is filled where it is unknown and nowhere else`() throws {
        let estate = Estate(facts: [
            "name": "e", "backups": "unknown", "note": .null,
            "clusters": [
                ["name": "a", "api": "unknown", "cni": "flannel"], ["name": "b", "api": "unknown"],
            ],
        ])
        let (filled, paths) = estate.filled(from: [
            "name": "invented", "backups": ["kind": "none"], "note": "n", "extra": 1,
            "clusters": [
                "a": ["api": "https://a", "cni": "cilium", "pods": "10.0.0.0/8"], "c": ["api": "x"],
            ],
        ])
        #expect(
            filled.facts == [
                "name": "e", "backups": ["kind": "none"], "note": "n", "extra": 1,
                "clusters": [
                    ["name": "a", "api": "https://a", "cni": "flannel", "pods": "10.0.0.0/8"],
                    ["name": "b", "api": "unknown"],
                ],
            ])
        #expect(paths == ["backups", "clusters.a.api", "clusters.a.pods", "extra", "note"])
        #expect(filled.filled(from: ["name": "again"]).paths == [])
    }

    private static let right = """
        estate: 1
        name: e
        clusters: [{ name: c }]
        nodes:
          - { name: n1, cluster: c, role: server, address: { internal: 10.0.0.1 } }
          - { name: n2, cluster: c, role: worker, address: { internal: 10.0.0.2, external: 10.0.0.2 } }

        """

    @Test func `that keeps the rules is read`() throws {
        #expect(try findings(Self.right) == [])
    }

    @Test(arguments: [
        ("B42 one node twice", "name: n2", "name: n1", ["ES-DUP 6:13"]),
        ("B42 one address twice", "internal: 10.0.0.2,", "internal: 10.0.0.1,", ["ES-DUP 6:64"]),
        ("a cluster twice", "[{ name: c }]", "[{ name: c }, { name: c }]", ["ES-DUP 3:33"]),
        ("B47 a space", "internal: 10.0.0.1 ", "internal: 10.0.0 .1 ", ["ES-ADDR 5:64"]),
        ("B42 two spellings", "internal: 10.0.0.1 ", "internal: 'fd::1', external: 'fd:0::1' ", []),
        ("B47 a zone", "internal: 10.0.0.1 ", "internal: 'fe80::1%eth0' ", ["ES-ADDR 5:64"]),
        ("B48 a command", "internal: 10.0.0.1 ", "internal: '`id`.x' ", ["ES-ADDR 5:64"]),
        ("B48 an option", "internal: 10.0.0.1 ", "internal: -oProxyCommand=x ", ["ES-ADDR 5:64"]),
        ("a name with a slash", "name: n2", "name: a/b", ["ES-NAME 6:5"]),
        (
            "no such cluster", "cluster: c, role: worker", "cluster: d, role: worker",
            ["ES-CLUSTER 6:5"]
        ),
        ("no such role", "role: worker", "role: boss", ["ES-ROLE 6:5"]),
        ("another format", "estate: 1", "estate: 2", ["ES-VERSION 1:1"]),
        ("no name", "name: e\n", "", ["ES-NAME 1:1"]),
        (
            "no clusters", "clusters: [{ name: c }]\n", "",
            ["ES-CLUSTER 4:5", "ES-CLUSTER 5:5", "ES-EMPTY 1:1"]
        ),
    ])
    func `that breaks a rule is told where`(
        name: String, from: String, to: String, expected: [String]
    ) throws {
        let text = Self.right.replacing(first: from, with: to)
        let found = try findings(text).sorted()
        #expect(found == expected, "\(name)")
    }

    private func findings(_ text: String) throws -> [String] {
        try Files.with(text) { path in
            do throws(Diagnostics) {
                _ = try Estate(reading: path)
                return []
            } catch { return error.list.map { "\($0.code) \($0.mark?.description ?? "")" } }
        }
    }
}

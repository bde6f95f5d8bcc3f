import Estates
import Testing
import YAML

@Suite struct `The language of estates` {
    private static let right = """
        estate: 1
        name: e
        clusters: [{ name: c, pod-cidr: 10.42.0.0/16, needs: [d] }]
        nodes:
          - { name: n1, cluster: c, role: server, on: m, memory: 8 GB, needs: [{ any: [d, s] }] }
        machines: [{ name: m, memory: 16 GB }]
        dependencies: [{ name: d, needs: [], lives: outside }]
        services: [{ name: s, needs: [n1] }]
        single-points-of-failure: [{ name: n1, what: all }]
        circularities: [{ name: x, members: [d, s] }]
        backups: [{ name: b, kind: etcd, cluster: c }]

        """

    private func findings(_ text: String) throws -> [String] {
        try Files.with(text) { path in
            do throws(Diagnostics) {
                _ = try Estate(reading: path)
                return []
            } catch { return error.list.map { "\($0.code) \($0.mark?.description ?? "")" } }
        }
    }

    @Test func `takes what is written in it, and free facts`() throws {
        #expect(try findings(Self.right) == [])
        #expect(
            try findings(Self.right.replacing(first: "name: m,", with: "name: m, shelf: 7,")) == [])
        #expect(try findings(Self.right.replacing(first: "10.42.0.0/16", with: "unknown")) == [])
    }

    @Test(arguments: [
        ("no range", "10.42.0.0/16", "10.42.0.0", ["ES-TYPE 3:33"]),
        ("a range with bits behind its mask", "10.42.0.0/16", "10.42.0.1/16", ["ES-TYPE 3:33"]),
        ("no memory", "memory: 8 GB", "memory: 8", ["ES-TYPE 5:58"]),
        ("another unit", "memory: 8 GB", "memory: 8 MB", ["ES-TYPE 5:58"]),
        ("a need that is nothing", "needs: [d]", "needs: [e]", ["ES-REF 3:55"]),
        ("a need of no form", "{ any: [d, s] }", "{ some: [d, s] }", ["ES-TYPE 5:71"]),
        ("one of several that is nothing", "{ any: [d, s] }", "{ any: [d, t] }", ["ES-REF 5:83"]),
        ("a place that is nothing", "on: m", "on: mm", ["ES-REF 5:47"]),
        ("a dependency that lives nowhere", "lives: outside", "lives: inside", ["ES-REF 7:45"]),
        (
            "a single point that is nothing", "[{ name: n1, what", "[{ name: n2, what",
            ["ES-REF 9:36"]
        ),
        ("a circle of nothing", "members: [d, s]", "members: [d, t]", ["ES-REF 10:41"]),
        (
            "a backup of no cluster", "kind: etcd, cluster: c", "kind: etcd, cluster: k",
            ["ES-CLUSTER 11:43"]
        ),
        (
            "two elements of one name", "services: [{ name: s", "services: [{ name: d",
            ["ES-DUP 8:20", "ES-REF 5:83", "ES-REF 10:41"]
        ),
        ("a slip of the finger", "backups:", "backup:", ["ES-UNKNOWN 11:1"]),
        ("a slip in a node", "memory: 8 GB", "memroy: 8 GB", []),
        ("a letter too many in a node", "memory: 8 GB", "memorry: 8 GB", ["ES-UNKNOWN 5:50"]),
        (
            "text where a list belongs", "machines: [{ name: m, memory: 16 GB }]", "machines: m",
            ["ES-REF 5:47", "ES-TYPE 6:11"]
        ),
    ])
    func `tells a mistake where it stands`(
        name: String, from: String, to: String, expected: [String]
    ) throws {
        let found = try findings(Self.right.replacing(first: from, with: to))
        #expect(Set(found) == Set(expected), "\(name)")
    }
}

import Estates
import JSON
import Testing

@Suite struct `The graph of needs` {
    private func graph(_ facts: JSONValue) -> EstateGraph { EstateGraph(Estate(facts: facts)) }

    @Test func `loses with a thing everything that cannot do without it`() {
        let graph = graph([
            "clusters": [["name": "c", "datastore": "etcd"]],
            "nodes": [
                ["name": "n1", "cluster": "c", "role": "server", "on": "h"],
                ["name": "n2", "cluster": "c", "role": "server"],
                ["name": "n3", "cluster": "c", "role": "server"],
                ["name": "w", "cluster": "c", "role": "worker"],
            ],
            "machines": [["name": "h"]],
            "dependencies": [
                ["name": "d", "needs": [["any": ["n1", "w"]]], "lives": "outside"],
                ["name": "in", "needs": [], "lives": "c"],
            ],
            "services": [["name": "s", "needs": ["w"]]],
        ])
        #expect(graph.losses(without: "n1") == [])
        #expect(graph.losses(without: "h") == ["n1"])
        #expect(graph.losses(without: "w") == ["s"])
        #expect(graph.losses(without: "c") == ["in"])
        #expect(graph.cuts.map(\.name) == ["w"])
        #expect(graph.consumers(of: "w") == ["d", "s"])
    }

    @Test func `knows that SQLite has one server and etcd a majority`() {
        func cuts(_ datastore: JSONValue, _ servers: Int) -> [String] {
            graph([
                "clusters": [["name": "c", "datastore": datastore]],
                "nodes": .array(
                    (1...servers).map {
                        ["name": .string("n\($0)"), "cluster": "c", "role": "server"]
                    }),
            ]).cuts.map(\.name)
        }
        #expect(cuts("sqlite", 1) == ["n1"])
        #expect(cuts("etcd", 1) == ["n1"])
        #expect(cuts("etcd", 2) == ["n1", "n2"])
        #expect(cuts("etcd", 3) == [])
        #expect(cuts("unknown", 2) == ["n1", "n2"])
    }

    @Test func `finds circles, also those over what something is restored from`() {
        let graph = graph([
            "clusters": [["name": "c", "needs": ["b"]]],
            "dependencies": [
                ["name": "a", "needs": ["b"]], ["name": "b", "needs": ["a", "e"], "lives": "c"],
                ["name": "e", "needs": []],
                ["name": "v", "needs": [], "restored-from": ["k"]], ["name": "k", "needs": ["v"]],
            ],
        ])
        #expect(graph.circles == [["a", "b"], ["k", "v"]])
        #expect(graph.isCircle(["b", "a"]))
        #expect(!graph.isCircle(["a", "e"]))
        #expect(!graph.isCircle(["a"]))
        let estate = Estate(facts: [
            "dependencies": [["name": "a", "needs": []], ["name": "b", "lives": "c"]]
        ])
        #expect(graph.inside("c", estate) == ["b"])
    }

    @Test(arguments: `The five shipped estates`.tables.map(\.0))
    func `finds in shipped estates the circles they declare and no other`(name: String) throws {
        let estate = try `The five shipped estates`.shipped(name)
        let graph = EstateGraph(estate)
        let declared = (estate.facts["circularities"]?.array ?? []).map {
            Set($0["members"]?.array?.compactMap(\.string) ?? [])
        }
        for circle in graph.circles {
            #expect(declared.contains { $0.isSuperset(of: circle) }, "\(circle)")
        }
        for members in declared { #expect(graph.isCircle(members.sorted()), "\(members)") }
    }

    @Test(arguments: `The five shipped estates`.tables.map(\.0))
    func `cuts shipped estates at the points they declare`(name: String) throws {
        let estate = try `The five shipped estates`.shipped(name)
        let cuts = Set(EstateGraph(estate).cuts.map(\.name))
        for point in estate.facts["single-points-of-failure"]?.array ?? [] where point["if"] == nil
        {
            #expect(cuts.contains(point["name"]?.string ?? ""), "\(point.text)")
        }
    }
}

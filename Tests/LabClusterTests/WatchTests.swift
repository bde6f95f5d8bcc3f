import Glibc
import JSON
import Processes
import Testing

@testable import LabCluster

@Suite struct WatchTests {
    private func feed(_ target: String, _ simulation: Simulation) throws -> WatchFeed {
        let request = Simulation.request("GET", target)
        let route = try #require(Route(request.path))
        let type = try #require(ResourceType.of(route.resource))
        return WatchFeed(try WatchQuery(request, route, type), world: simulation.store.world)
    }

    /// The events behind `feed`, each its type and the object's name.
    private func events(_ feed: inout WatchFeed, _ simulation: Simulation) throws -> [String] {
        let entries = try simulation.store.history.entries(of: .pods, after: feed.revision)
        let world = simulation.store.world
        return try lines(
            feed.lines(entries, upTo: world.revision, world: world, now: simulation.now))
    }

    private func lines(_ bytes: [UInt8]) throws -> [String] {
        try bytes.split(separator: 0x0A).map { line in
            let event = try JSONValue(parsing: Array(line))
            return "\(event["type"]?.string ?? "") \(event["object"]?.name ?? "")"
        }
    }

    @Test func `a watch tells what comes, changes and goes`() throws {
        let simulation = try Simulation([])
        var feed = try feed("/api/v1/namespaces/default/pods?watch=true", simulation)
        _ = try simulation.request(
            "POST", "/api/v1/namespaces/default/pods", Sample.pod("a", on: "w1"))
        _ = try simulation.request(
            "PATCH", "/api/v1/namespaces/default/pods/a", ["metadata": ["labels": ["x": "y"]]],
            type: "application/merge-patch+json")
        _ = try simulation.request(
            "DELETE", "/api/v1/namespaces/default/pods/a", ["gracePeriodSeconds": 0])
        #expect(try events(&feed, simulation) == ["ADDED a", "MODIFIED a", "DELETED a"])
        #expect(try events(&feed, simulation) == [])
    }

    @Test func `an object that leaves the selection is deleted for the watch`() throws {
        let simulation = try Simulation([])
        var feed = try feed("/api/v1/pods?watch=true&labelSelector=app=web", simulation)
        var pod = Sample.pod("a")
        _ = try simulation.request("POST", "/api/v1/namespaces/default/pods", pod)
        pod.set("metadata", "labels", to: ["app": "web"])
        for labels: JSONValue in [["app": "web"], ["app": "db"], ["app": "web"]] {
            _ = try simulation.request(
                "PATCH", "/api/v1/namespaces/default/pods/a", ["metadata": ["labels": labels]],
                type: "application/merge-patch+json")
        }
        #expect(try events(&feed, simulation) == ["ADDED a", "DELETED a", "ADDED a"])
    }

    @Test func `a Table watch tells its columns once`() throws {
        let simulation = try Simulation([])
        let request = Simulation.request(
            "GET", "/api/v1/pods?watch=true",
            headers: ["accept": "application/json;as=Table;v=v1;g=meta.k8s.io"])
        let route = try #require(Route(request.path))
        let type = try #require(ResourceType.of(.pods))
        var feed = WatchFeed(
            try WatchQuery(request, route, type), world: simulation.store.world)
        for name in ["a", "b"] {
            _ = try simulation.request(
                "POST", "/api/v1/namespaces/default/pods", Sample.pod(name))
        }
        let entries = try simulation.store.history.entries(of: .pods, after: feed.revision)
        let told = try feed.lines(
            entries, upTo: simulation.store.world.revision, world: simulation.store.world,
            now: simulation.now
        ).split(separator: 0x0A).map { try JSONValue(parsing: Array($0)) }
        #expect(told.map { $0.at("object", "kind")?.string } == ["Table", "Table"])
        #expect(told[0].at("object", "columnDefinitions")?.array?.count == 9)
        #expect(told[1].at("object", "columnDefinitions") == .null)
    }

    @Test func `history is bounded and says so`() throws {
        var history = EventHistory(floor: 0)
        var world = World()
        let key = ObjectKey(.pods, namespace: "default", name: "a")
        for revision in 1...5 * EventHistory.capacity {
            let before = world
            var pod = Sample.pod("a")
            pod.set("metadata", "resourceVersion", to: .string(String(revision)))
            pod.set("metadata", "uid", to: "1")
            world.store(pod, at: key, now: .now)
            world.revision = revision
            history.record([key], before: before, after: world)
            #expect(history.count <= EventHistory.capacity + EventHistory.slack)
        }
        let last = 5 * EventHistory.capacity
        #expect(history.floor >= last - EventHistory.capacity - EventHistory.slack)
        #expect(try history.entries(of: .pods, after: last - 10).count == 10)
        #expect(throws: EventHistory.Expired.self) { try history.entries(of: .pods, after: 1) }
    }

    @Test func `kubectl waits for a deletion, and a watch ends with the cluster`() throws {
        let lab = try Lab(seed: [Sample.node("w1"), Sample.pod("a", on: "w1")])
        lab.cluster.setAgent("w1", isConnected: true)
        let deleted = try lab.kubectl("delete", "pod", "a", "--timeout=20s")
        #expect(deleted.output.text == "pod \"a\" deleted\n")
        #expect(deleted.ending.isSuccess)
        let started = ContinuousClock.now
        let timedOut = try lab.kubectl(
            "wait", "--for=condition=Nothing", "node/w1", "--timeout=1s")
        #expect(timedOut.error.text == "error: timed out waiting for the condition on nodes/w1\n")
        lab.cluster.stop()
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test func `a held barrier does not hold a watch`() throws {
        let lab = try Lab(seed: [Sample.node("w1")])
        lab.cluster.setBarrier(Barrier(verb: "PATCH", mode: .beforeApply))
        #expect(try lab.kubectlKilledAtBarrier("cordon", "w1"))
        var node = Sample.node("w1")
        node.set("metadata", "labels", "seen", to: "yes")
        let changed = node
        let watching = try lab.kubectl(
            "get", "--raw", "/api/v1/nodes?watch=true&resourceVersion=1&timeoutSeconds=1")
        #expect(watching.output.text.contains("\"type\":\"ADDED\""))
        try lab.cluster.put(changed)
        let waited = try lab.kubectl(
            "wait", "--for=jsonpath={.metadata.labels.seen}=yes", "node/w1", "--timeout=10s")
        #expect(waited.output.text == "node/w1 condition met\n")
        lab.cluster.setBarrier(nil)
    }
}

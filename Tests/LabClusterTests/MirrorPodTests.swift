import JSON
import Testing

@testable import LabCluster

@Suite struct MirrorPodTests {
    private let manifest: JSONValue = [
        "apiVersion": "v1", "kind": "Pod",
        "metadata": ["name": "etcd", "namespace": "kube-system", "labels": ["component": "etcd"]],
        "spec": ["containers": [["name": "etcd", "image": "etcd:1"]], "hostNetwork": true],
    ]

    private func world(_ pods: [JSONValue], isConnected: Bool = true) -> World {
        var world = World()
        put(
            [
                "apiVersion": "v1", "kind": "Node", "metadata": ["name": "n1", "uid": "u"],
                "status": ["addresses": [["type": "InternalIP", "address": "10.0.0.1"]]],
            ], in: &world)
        world.agents["n1"] = World.Agent(
            isConnected: isConnected, lastSeen: .now, staticPods: pods)
        return world
    }

    private func put(_ object: JSONValue, in world: inout World) {
        if let key = object.key { world.store(object, at: key, now: .now) }
    }

    private func round(_ world: World) -> [Write] { MirrorPods().reconcile(world, now: .now) }

    @Test func `a manifest is shown, comes back when deleted, and goes with its file`() throws {
        var world = world([manifest])
        let writes = round(world)
        guard case .put(let pod) = try #require(writes.first), writes.count == 1 else {
            Issue.record("\(writes)")
            return
        }
        #expect(pod.name == "etcd-n1" && pod.namespace == "kube-system")
        #expect(pod.annotations["kubernetes.io/config.mirror"] != nil)
        #expect(pod.phase == "Running" && pod.isReady && pod.nodeName == "n1")
        #expect(pod.at("status", "podIP") == "10.0.0.1")
        #expect(pod.owners.first?["kind"] == "Node")
        // As it stands there is nothing to do.
        put(pod, in: &world)
        #expect(round(world).isEmpty)
        // Deleted by somebody: it ends, and is made anew by the next round.
        var ending = pod
        ending.set("metadata", "deletionTimestamp", to: "2026-11-20T00:00:00Z")
        put(ending, in: &world)
        #expect(round(world) == [.remove(try #require(pod.key))])
        world.remove(try #require(pod.key))
        #expect(round(world).count == 1)
        // A changed manifest is another pod under the same name.
        put(pod, in: &world)
        var other = manifest
        other.set("spec", "hostNetwork", to: false)
        world.agents["n1"]?.staticPods = [other]
        #expect(round(world) == [.remove(try #require(pod.key))])
        world.agents["n1"]?.staticPods = []
        #expect(round(world) == [.remove(try #require(pod.key))])
        // Without a kubelet nothing is reflected, and nothing goes.
        world.agents["n1"]?.isConnected = false
        #expect(round(world).isEmpty)
    }
}

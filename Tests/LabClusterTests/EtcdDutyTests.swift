import JSON
import Processes
import Testing

@testable import LabCluster

@Suite struct EtcdDutyTests {
    private func node(_ annotations: JSONValue, deleted: Bool = false) -> World {
        var node = Sample.node("s1", labels: [EtcdMemberDuty.label: "true"])
        node.set("metadata", "annotations", to: annotations)
        if deleted { node.set("metadata", "deletionTimestamp", to: "2026-11-20T22:28:51Z") }
        EtcdMemberDuty.register(&node)
        return world(node)
    }

    private func world(_ node: JSONValue) -> World {
        var world = World()
        if let key = node.key { world.store(node, at: key, now: .now) }
        return world
    }

    @Test func `a Node that goes takes its member along, and stays until then`() throws {
        let name = EtcdMemberDuty.nameAnnotation
        #expect(EtcdMemberDuty.all(in: node([name: "s1-abc"])).isEmpty)
        let world = node([name: "s1-abc"], deleted: true)
        let duty = try #require(EtcdMemberDuty.all(in: world).first)
        #expect(duty.member == "s1-abc" && duty.isDeletion)
        #expect(duty.done(in: world) == [.remove(duty.node)])
    }

    @Test func `the annotation removes a member once, and one with a new name not at all`() throws {
        let name = EtcdMemberDuty.nameAnnotation
        let asked: JSONValue = [name: "s1-abc", EtcdMemberDuty.removeAnnotation: "true"]
        let world = node(asked)
        let duty = try #require(EtcdMemberDuty.all(in: world).first)
        guard case .put(var done) = duty.done(in: world).first else {
            Issue.record("the Node is not written")
            return
        }
        #expect(done.annotations[EtcdMemberDuty.removedAnnotation] == "s1-abc")
        #expect(done.annotations[name] == nil)
        #expect(EtcdMemberDuty.all(in: self.world(done)).isEmpty)
        done.set("metadata", "annotations", name, to: "s1-new")
        EtcdMemberDuty.register(&done)
        #expect(done.annotations[EtcdMemberDuty.removeAnnotation] == "false")
        #expect(done.annotations[EtcdMemberDuty.removedAnnotation] == nil)
    }

    @Test(.timeLimit(.minutes(10)))
    func `what somebody else wrote into etcd is noticed and not overwritten`() throws {
        let lab = try EtcdLab(net: 5, count: 1)
        try lab.put("shared")
        let other = EtcdDatastore(try lab.servers[0].boot.etcdClient)
        let key = "/registry/configmaps/default/shared"
        let entry = try #require(try other.load(key).entries.first)
        var map = try JSONValue(parsing: entry.value)
        map.set("data", to: ["by": "another"])
        _ = try other.commit([StoredChange(key: key, value: map.utf8, previous: entry)])
        map.set("data", to: ["by": "us"])
        #expect(throws: EtcdError.conflict) { try lab.cluster.put(map) }
        let got = try lab.kubectl(
            lab.servers[0], "get", "configmap", "shared", "-o", "jsonpath={.data.by}")
        #expect(got.output.text == "another", "\(got.error.text)")
        try lab.cluster.put(map)
        #expect(lab.cluster.object(.configMaps, namespace: "default", name: "shared") != nil)
    }
}

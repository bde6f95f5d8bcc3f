import Glibc
import JSON
import Processes
import Synchronization
import Testing

@testable import LabCluster

/// Who comes into an etcd and who leaves it, while others are down or on their way.
@Suite(.serialized) struct EtcdMembershipTests {
    /// Until `condition` holds, for as long as a busy machine may need.
    private func wait(_ condition: () throws -> Bool) -> Bool {
        for _ in 0..<3000 {
            if (try? condition()) == true { return true }
            usleep(20_000)
        }
        return false
    }

    /// The Node of a server, as its agent registers it.
    private func node(_ server: EtcdServerProcess) throws -> JSONValue {
        let boot = server.boot
        var node = Sample.node(boot.settings.nodeName, labels: [EtcdMemberDuty.label: "true"])
        for (key, value) in try boot.etcdAnnotations {
            node.set("metadata", "annotations", key, to: .string(value))
        }
        EtcdMemberDuty.register(&node)
        return node
    }

    @Test(.timeLimit(.minutes(10)))
    func `a healthy member whose Node is deleted stays while another is down`() throws {
        let lab = try EtcdLab(net: 8, count: 3)
        let nodes = try lab.servers.map(node)
        try lab.cluster.put(nodes)
        func find(_ name: String) -> JSONValue? {
            lab.cluster.object(.nodes, namespace: nil, name: name)
        }
        lab.lose(lab.servers[2])
        try lab.cluster.update { world in
            world.object(.nodes, nil, "s2").map { Deletion.writes(of: $0, grace: nil, now: .now) }
                ?? []
        }
        // Two of three without one of them: etcd itself says no.
        lab.cluster.tendMembers()
        #expect(find("s2")?.isTerminating == true)
        #expect(find("s2")?.finalizers.contains(EtcdMemberDuty.finalizer) == true)
        #expect(try lab.members(lab.servers[0]).count == 3)
        try lab.put("answered")
        // Who is down may go, by the annotation too, and its Node stays.
        try lab.cluster.update { world in
            guard var lost = world.object(.nodes, nil, "s3") else { return [] }
            lost.set("metadata", "annotations", EtcdMemberDuty.removeAnnotation, to: "true")
            return [.put(lost)]
        }
        let name = nodes[2].annotations[EtcdMemberDuty.nameAnnotation]
        #expect(wait { find("s3")?.annotations[EtcdMemberDuty.removedAnnotation] == name })
        #expect(find("s3")?.annotations[EtcdMemberDuty.nameAnnotation] == nil)
        let names = try lab.members(lab.servers[0]).map { JSONValue.string($0.name) }
        #expect(name != nil && !names.contains(name ?? ""))
        // Then nobody is down, and the deletion comes to its end.
        #expect(wait { find("s2") == nil })
        #expect(try lab.members(lab.servers[0]).count == 1)
        try lab.put("alone")
    }

    @Test(.timeLimit(.minutes(10)))
    func `who joins waits for the one before it`() throws {
        let lab = try EtcdLab(net: 9, count: 1)
        let founder = lab.servers[0].boot
        func members() throws -> EtcdMembers { EtcdMembers(client: try founder.etcdClient) }
        // One that was let in and has not come up.
        let first = "https://\(EtcdLab.network(9)).2:2380"
        try members().addLearner(first)
        let second = EtcdServerProcess("s3", address: "\(EtcdLab.network(9)).3", in: lab.folder)
        let words = "Waiting for other members to finish joining etcd cluster"
        func waits() -> Bool {
            second.lines.withLock { $0.contains { $0.hasPrefix(words) } }
        }
        let (token, url) = (lab.cluster.joinToken, "https://\(lab.servers[0].address):6443")
        second.settings.withLock { settings in
            settings.token = token
            settings.joinURL = url
        }
        let cluster = lab.cluster
        let isFree = Mutex(false)
        try Together.all(
            {
                try Cluster.startEtcd(second.boot, console: second, running: cluster)
                #expect(isFree.withLock { $0 })
            },
            {
                for _ in 0..<3000 {
                    if second.lines.withLock({ $0.contains { $0.hasPrefix(words) } }) { break }
                    usleep(20_000)
                }
                isFree.withLock { $0 = true }
                let members = EtcdMembers(client: try founder.etcdClient)
                for member in try members.all() where member.peers == [first] {
                    try members.remove(member.id)
                }
            })
        #expect(waits())
        #expect(try members().all().filter { !$0.isLearner }.count == 2)
    }
}

import JSON
import Testing

@testable import LabCluster

/// Who answers for the addresses kube-vip announces.
@Suite struct VirtualAddressTests {
    private static func pod(_ name: String, on node: String) -> JSONValue {
        var pod = Sample.pod(name, on: node)
        pod.set(
            "spec", "containers", to: [["name": "c", "image": "ghcr.io/kube-vip/kube-vip:v0.9.0"]])
        return pod
    }

    @Test func `its lease stays with one node, and goes to another when it has run out`() throws {
        let simulation = try Simulation(
            ["a", "b"].flatMap { [Sample.node($0), Self.pod("vip-\($0)", on: $0)] })
        simulation.options.grace = .seconds(600)
        func lease() -> JSONValue {
            simulation.store.world[VirtualAddressLease.key]?["spec"] ?? [:]
        }
        try simulation.run(seconds: 3)
        #expect(lease() == [:])
        simulation.connect("b")
        try simulation.run(seconds: 5)
        #expect(lease()["holderIdentity"] == "b" && lease()["leaseTransitions"] == 0)
        let first = lease()["renewTime"]
        // Who comes later does not take it, though its name is the first one.
        simulation.connect("a")
        try simulation.run(seconds: 30)
        #expect(lease()["holderIdentity"] == "b" && lease()["renewTime"] != first)
        simulation.connect("b", connected: false)
        try simulation.run(seconds: 4)
        #expect(lease()["holderIdentity"] == "b")
        try simulation.run(seconds: 20)
        #expect(lease()["holderIdentity"] == "a" && lease()["leaseTransitions"] == 1)
        simulation.connect("b")
        try simulation.run(seconds: 20)
        #expect(lease()["holderIdentity"] == "a")
    }
}

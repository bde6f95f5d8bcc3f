import JSON
import Testing

@testable import LabCluster

@Suite struct NetworkingTests {
    private static func service(_ type: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "web", "namespace": "default"],
            "spec": [
                "type": .string(type), "selector": ["app": "web"],
                "ports": [["name": "http", "port": 80, "targetPort": 8080]],
            ],
        ]
    }

    @Test func `a service has an address and lists the pods behind it`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Sample.node("w2"), Sample.deployment("web", replicas: 2),
            Self.service("ClusterIP"),
        ])
        simulation.connect("w1", "w2")
        try simulation.run(seconds: 5)
        let world = simulation.store.world
        let address = world.object(.services, "default", "web")?.at("spec", "clusterIP")?.string
        #expect(address?.hasPrefix("10.43.") == true)
        #expect(
            world.object(.services, "default", "kubernetes")?.at("spec", "clusterIP")
                == "10.43.0.1")
        let ready = world.object(.endpoints, "default", "web")?["subsets"]?[0]?["addresses"]
        #expect(
            ready?.array?.compactMap { $0["ip"]?.string }.sorted() == [
                "10.42.0.2", "10.42.1.2",
            ])
        let slice = world.all(.endpointSlices).first
        #expect(slice?.labels["kubernetes.io/service-name"] == "web")
        #expect(slice?["endpoints"]?.array?.count == 2)
        #expect(slice?["ports"]?[0]?["port"] == 8080)
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 7)
        let left = simulation.store.world.object(.endpoints, "default", "web")?["subsets"]?[0]
        #expect(left?["addresses"]?.array?.count == 1)
        #expect(left?["notReadyAddresses"]?.array?.count == 1)
    }

    @Test func `the load balancer of k3s runs on the nodes that are allowed and names them`()
        throws
    {
        var nodes = ["w1", "w2"].map { Sample.node($0) }
        for (index, ip) in ["192.0.2.1", "192.0.2.2"].enumerated() {
            nodes[index].set(
                "status", "addresses", to: [["type": "InternalIP", "address": .string(ip)]])
        }
        let simulation = try Simulation(nodes + [Self.service("LoadBalancer")])
        simulation.options.hasServiceLB = true
        simulation.connect("w1", "w2")
        try simulation.run(seconds: 5)
        func addresses() -> [String] {
            let service = simulation.store.world.object(.services, "default", "web")
            let list = service?.at("status", "loadBalancer", "ingress")?.array ?? []
            return list.compactMap { $0["ip"]?.string }.sorted()
        }
        #expect(addresses() == ["192.0.2.1", "192.0.2.2"])
        #expect(
            simulation.pods.allSatisfy {
                $0.labels["svccontroller.k3s.cattle.io/svcname"] == "web"
                    && $0.name.hasPrefix("svclb-web-")
            })
        _ = try simulation.request(
            "PATCH", "/api/v1/nodes/w2",
            ["metadata": ["labels": ["svccontroller.k3s.cattle.io/enablelb": "true"]]],
            type: "application/merge-patch+json")
        try simulation.run(seconds: 5)
        #expect(addresses() == ["192.0.2.2"])
    }

    @Test func `a lease is renewed while its kubelet lives, and seldom`() throws {
        let simulation = try Simulation([Sample.node("w1")])
        simulation.connect("w1")
        try simulation.run(seconds: 5)
        let quiet = simulation.store.world.revision
        try simulation.run(seconds: 100)
        #expect(simulation.store.world.revision - quiet == 10, "ten renewals and nothing else")
        let lease = simulation.store.world.object(.leases, "kube-node-lease", "w1")
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 30)
        #expect(simulation.store.world.object(.leases, "kube-node-lease", "w1") == lease)
    }

    @Test(arguments: [
        ("250m", 250), ("2", 2000), ("1.5Gi", 1_610_612_736_000), ("500M", 500_000_000_000),
        ("1e3", 1_000_000),
    ])
    func `quantities are read exactly`(text: String, thousandths: Int) {
        #expect(Quantity(text)?.thousandths == thousandths)
        #expect(Quantity("2Xi") == nil && Quantity("") == nil)
    }
}

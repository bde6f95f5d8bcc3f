import JSON
import Testing

@testable import LabCluster

@Suite struct AddonTests {
    /// A k3s server with add-ons, whose Jobs a test ends by hand.
    private final class Server {
        let simulation: Simulation
        let folder: AddonFolder
        let files: String
        var options: ClusterOptions

        init(disabled: Set<String> = [], _ objects: [JSONValue] = []) throws {
            simulation = try Simulation([Sample.node("m")] + objects)
            options = simulation.options
            options.hasServiceLB = true
            files = "\(simulation.folder.path)/manifests"
            folder = AddonFolder(
                AddonOptions(folder: files, packaged: PackagedManifests.names) { disabled })
            try folder.start()
            simulation.connect("m")
        }

        /// So many rounds, a second each.
        func run(_ rounds: Int = 12, _ other: AddonFolder? = nil) throws {
            for _ in 0..<rounds {
                simulation.now = simulation.now.adding(.seconds(1))
                for controller in Controllers.all(
                    options, addons: other ?? folder)
                {
                    controller.prepare()
                    try commit(controller.reconcile(world, now: simulation.now))
                }
            }
        }

        func commit(_ writes: [Write]) throws {
            _ = try simulation.store.commit(writes, now: simulation.now)
        }

        func configure(_ values: String, policy: String? = nil) throws {
            var config: JSONValue = [
                "apiVersion": "helm.cattle.io/v1", "kind": "HelmChartConfig",
                "metadata": ["name": "traefik", "namespace": "kube-system"],
                "spec": ["valuesContent": .string(values)],
            ]
            if let policy { config.set("spec", "failurePolicy", to: .string(policy)) }
            try commit([.put(config)])
        }

        var world: World { simulation.store.world }
        func object(_ resource: ResourceKey, _ name: String) -> JSONValue? {
            world.object(resource, "kube-system", name)
        }
        var traefik: JSONValue? { object(.deployments, "traefik") }
        var definition: JSONValue? {
            world.object(.definitions, nil, "ingressroutes.traefik.io")
        }
        var releases: [String] {
            HelmRelease("traefik", namespace: "kube-system", in: world).revisions
                .compactMap { $0.labels["status"]?.string }
        }
    }

    private static let route: JSONValue = [
        "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
        "metadata": ["name": "r", "namespace": "default"], "spec": [:],
    ]

    @Test func `a start brings the add-ons, and a job brings Traefik`() throws {
        let server = try Server()
        try server.run(2)
        #expect(
            Files.names(server.files) == ["coredns.yaml", "local-storage.yaml", "traefik.yaml"])
        #expect(server.object(.addons, "traefik")?.at("spec", "checksum") != nil)
        #expect(server.object(.helmCharts, "traefik")?.at("status", "jobName") != nil)
        #expect(server.object(.jobs, "helm-install-traefik")?.at("spec", "backoffLimit") == 1000)
        #expect(server.traefik == nil && server.definition == nil)
        #expect(server.object(.deployments, "coredns") != nil)
        try server.run()
        #expect(server.traefik != nil && server.definition != nil)
        #expect(server.releases == ["deployed"])
        #expect(server.object(.services, "traefik")?.at("spec", "type") == "LoadBalancer")
        // NodeHosts is k3s's own key; a restart leaves it and renews the rest.
        var config = server.object(.configMaps, "coredns") ?? [:]
        #expect(config.at("data", "NodeHosts") != nil)
        config.set("data", "Corefile", to: "broken")
        var deployment = server.object(.deployments, "coredns") ?? [:]
        deployment.set("spec", "replicas", to: 0)
        try server.commit([.put(config), .put(deployment)])
        try server.run()
        #expect(server.object(.configMaps, "coredns")?.at("data", "Corefile") == "broken")
        try server.folder.start()
        try server.run(1)
        let renewed = server.object(.configMaps, "coredns")?.at("data", "Corefile")?.string
        #expect(renewed?.hasPrefix(".:53 {") == true)
    }

    @Test func `a second start changes nothing`() throws {
        let server = try Server()
        try server.run()
        let dns = try #require(server.object(.services, "kube-dns"))
        #expect(dns.at("spec", "ports")?.array?.allSatisfy { $0["targetPort"] != nil } == true)
        try server.folder.start()
        try server.run(2)
        #expect(server.object(.services, "kube-dns")?["spec"] == dns["spec"])
        #expect(
            server.object(.services, "kube-dns")?.at("metadata", "generation")
                == dns.at("metadata", "generation"))
    }

    @Test func `new values make a new job, and the release counts on`() throws {
        let server = try Server()
        try server.run()
        try server.configure("deployment: { replicas: 2 }")
        try server.run()
        #expect(server.traefik?.at("spec", "replicas") == 2)
        #expect(server.releases == ["superseded", "deployed"])
        // A job somebody deletes is made again.
        try server.commit([
            .remove(ObjectKey(.jobs, namespace: "kube-system", name: "helm-install-traefik"))
        ])
        try server.run()
        #expect(server.object(.jobs, "helm-install-traefik")?.at("status", "succeeded") == 1)
        #expect(server.releases == ["superseded", "deployed"])
    }

    @Test(arguments: ["reinstall", "abort"])
    func `an upgrade the API refuses costs the release, unless it is to abort`(_ policy: String)
        throws
    {
        let server = try Server([Self.route])
        try server.run()
        try server.configure("service: { type: Nonsense }", policy: policy)
        try server.run(24)
        #expect((server.traefik == nil) == (policy == "reinstall"))
        #expect(server.releases == (policy == "reinstall" ? [] : ["deployed", "failed"]))
        // The definitions are another chart's.
        #expect(server.definition != nil && server.world.all(.ingressRoutes).count == 1)
        try server.configure("service: { type: LoadBalancer }", policy: policy)
        try server.run(24)
        #expect(server.traefik != nil && server.releases.last == "deployed")
    }

    @Test(arguments: ["replicaCount: 2", "deployment: [", "deployment: { replicas: two }"])
    func `values the chart forbids fail the job and leave the release`(_ values: String) throws {
        let server = try Server()
        try server.run()
        try server.configure(values)
        try server.run(24)
        #expect(server.traefik != nil && server.releases == ["deployed"])
        let job = server.object(.jobs, "helm-install-traefik")
        #expect(job != nil && job?.at("status", "succeeded") == nil)
        let pod = server.simulation.pods.first { $0.controllerUID == job?.uid }
        let last = pod?.at("status", "containerStatuses")?[0]?.at("lastState", "terminated")
        #expect(last?["exitCode"] == 1)
        #expect(last?["message"]?.string?.hasPrefix("Error: ") == true)
    }

    @Test func `an interrupted operation holds Helm's lock`() throws {
        let server = try Server()
        try server.run()
        let release = HelmRelease("traefik", namespace: "kube-system", in: server.world)
        try server.commit(
            release.next("pending-upgrade", hash: "x", now: server.simulation.now))
        try server.configure("deployment: { replicas: 3 }")
        try server.run(24)
        #expect(server.traefik?.at("spec", "replicas") == 1)
        let lock = ObjectKey(
            .secrets, namespace: "kube-system", name: "sh.helm.release.v1.traefik.v2")
        try server.commit([.remove(lock)])
        try server.run(60)
        #expect(server.traefik?.at("spec", "replicas") == 3)
    }

    @Test func `disabling takes Traefik and every route away, skipping does not`() throws {
        let server = try Server([Self.route])
        try server.run()
        try Files.write([], to: "\(server.files)/traefik.yaml.skip", mode: 0o600)
        try server.folder.start()
        try server.run()
        #expect(server.traefik != nil)
        let disabled = AddonFolder(
            AddonOptions(folder: server.files, packaged: PackagedManifests.names) { ["traefik"] })
        try disabled.start()
        #expect(!Files.names(server.files).contains("traefik.yaml"))
        try server.run(24, disabled)
        #expect(server.traefik == nil && server.definition == nil)
        #expect(server.world.all(.ingressRoutes).isEmpty)
        #expect(server.world.all(.helmCharts).isEmpty && server.releases.isEmpty)
    }

    @Test func `a start puts the packaged CoreDNS beside the estate's own`() throws {
        let own: JSONValue = [
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": ["name": "coredns", "namespace": "kube-system"],
            "spec": [
                "selector": ["matchLabels": ["k8s-app": "kube-dns"]],
                "template": [
                    "metadata": ["labels": ["k8s-app": "kube-dns"]],
                    "spec": ["containers": [["name": "coredns", "image": "coredns"]]],
                ],
            ],
        ]
        let server = try Server([own])
        let packaged = ObjectKey(.deployments, namespace: "kube-system", name: "coredns")
        func count() -> [Int] {
            [.deployments, .daemonSets].map { (resource: ResourceKey) in
                server.object(resource, "coredns") == nil ? 0 : 1
            }
        }
        try server.run(2)
        #expect(count() == [1, 1])
        // The estate takes it away, and a running server does not care.
        try server.commit([.remove(packaged)])
        try server.run(6)
        #expect(count() == [0, 1])
        try server.folder.start()
        try server.run(2)
        #expect(count() == [1, 1])
        #expect(server.object(.daemonSets, "coredns")?["spec"] != nil)
        try server.run()
        let kinds = server.simulation.pods.filter(\.isReady)
            .compactMap { $0.owners.first?["kind"]?.string }
        #expect(kinds.contains("DaemonSet") && kinds.contains("ReplicaSet"))
    }

    @Test func `disabling CoreDNS takes its configuration along`() throws {
        let server = try Server()
        try server.run()
        let own: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "coredns-custom", "namespace": "kube-system"],
        ]
        try server.commit([.put(own)])
        let kinds: [(ResourceKey, String)] = [
            (.deployments, "coredns"), (.configMaps, "coredns"), (.services, "kube-dns"),
        ]
        #expect(kinds.allSatisfy { server.object($0.0, $0.1) != nil })
        let disabled = AddonFolder(
            AddonOptions(folder: server.files, packaged: PackagedManifests.names) { ["coredns"] })
        try disabled.start()
        #expect(!Files.names(server.files).contains("coredns.yaml"))
        try server.run(24, disabled)
        #expect(kinds.allSatisfy { server.object($0.0, $0.1) == nil })
        #expect(server.object(.configMaps, "coredns-custom") != nil && server.traefik != nil)
    }

    @Test func `a packaged manifest edited on disk counts until the next start`() throws {
        let server = try Server()
        try server.run(2)
        let path = "\(server.files)/coredns.yaml"
        let packaged = try #require(try Files.read(path))
        let edited = String(decoding: packaged, as: UTF8.self).replacing(".:53", with: ".:54")
        try Files.write(Array(edited.utf8), to: path, mode: 0o600)
        func isEdited() -> Bool? {
            server.object(.configMaps, "coredns")?.at("data", "Corefile")?.string?
                .contains(".:54")
        }
        #expect(isEdited() == false)
        try server.run(2)
        #expect(isEdited() == true)
        try server.folder.start()
        #expect(try Files.read(path) == packaged)
        try server.run(2)
        #expect(isEdited() == false)
    }

    @Test func `a load balancer has an address for each node its pods run on`() throws {
        var node = Sample.node("m")
        node["status"] = ["addresses": [["type": "InternalIP", "address": "10.0.0.241"]]]
        let server = try Server([node])
        try server.run(12)
        func addresses() -> [String] {
            let service = server.object(.services, "traefik")
            return (service?.at("status", "loadBalancer", "ingress")?.array ?? [])
                .compactMap { $0["ip"]?.string }
        }
        #expect(addresses() == ["10.0.0.241"])
        node.set("status", "addresses", to: [["type": "InternalIP", "address": "10.0.0.99"]])
        var moved = server.simulation.node("m")
        moved["status"] = node["status"]
        try server.commit([.put(moved)])
        try server.run()
        #expect(addresses() == ["10.0.0.241"])
        let pod = server.simulation.pods.first {
            $0.labels["svccontroller.k3s.cattle.io/svcname"] != nil
        }
        try server.commit([.remove(try #require(pod?.key))])
        try server.run(24)
        #expect(addresses() == ["10.0.0.99"])
    }
}

import JSON
import Testing

@testable import LabCluster

/// A cluster with a Sealed Secrets controller, moved by hand.
@Suite struct SealedSecretsTests {
    private final class Estate {
        let folder: Folder
        let cluster: Cluster
        var controller: SealedSecretsController
        private(set) var now = Moment.now

        init(_ objects: [JSONValue], start: Bool = true) throws {
            folder = try Folder()
            var workload = Sample.deployment("sealed-secrets-controller", replicas: 1)
            workload.set("metadata", "namespace", to: "kube-system")
            cluster = try Cluster(
                folder.options(), seed: [Sample.node("n1"), workload] + objects)
            controller = SealedSecretsController(cluster, folder: folder.path)
            cluster.setAgent("n1", isConnected: true)
            if start { try self.start("one") }
        }

        deinit { cluster.stop() }

        /// The controller's pod, anew.
        func start(_ name: String) throws {
            for pod in cluster.objects(.pods) {
                try cluster.remove(.pods, namespace: pod.namespace, name: pod.name)
            }
            var pod = Sample.pod(name, on: "n1")
            pod.set("metadata", "namespace", to: "kube-system")
            pod.set("metadata", "labels", "app", to: "sealed-secrets-controller")
            pod.set("status", "phase", to: "Running")
            pod.setCondition("Ready", "True", now: now)
            try cluster.put(pod)
            rounds()
        }

        func rounds(_ count: Int = 10) {
            for _ in 0..<count {
                now = now.adding(.milliseconds(200))
                controller.round(now: now)
                cluster.reconcile(now: now)
            }
        }

        func later(_ duration: Duration) { now = now.adding(duration) }

        func secret(_ name: String) -> JSONValue? {
            cluster.object(.secrets, namespace: "prod", name: name)
        }
        func synced(_ name: String) -> JSONValue? {
            cluster.object(.sealedSecrets, namespace: "prod", name: name)?.condition("Synced")
        }
        var keys: [JSONValue] {
            SealedSecretsNames.keys(in: cluster.world, namespace: "kube-system")
        }
        var log: String {
            let bytes = try? Files.read("\(folder.path)/sealed-secrets.log")
            return String(decoding: (bytes ?? nil) ?? [], as: UTF8.self)
        }
    }

    private static func key(_ name: String) throws -> JSONValue {
        var secret = try SealedItemTests.document("keys/\(name)-key.yaml")
        secret["metadata"] = [
            "name": secret.at("metadata", "name") ?? "", "namespace": "kube-system",
            "labels": secret.at("metadata", "labels") ?? [:],
        ]
        return secret
    }

    private static func sealed(_ file: String) throws -> JSONValue {
        try SealedItemTests.document("sealed/\(file).yaml")
    }

    @Test func `what can be opened becomes a Secret of its own`() throws {
        let estate = try Estate([Self.key("current"), Self.sealed("01-strict-db")])
        let secret = estate.secret("db-creds")
        #expect(secret?.at("data")?.object?.keys.sorted() == ["password", "username"])
        let object = estate.cluster.objects(.sealedSecrets)[0]
        #expect(secret?.controllerUID == object.uid)
        #expect(estate.synced("db-creds")?["status"] == "True")
        #expect(
            object.at("status", "observedGeneration") == object.at("metadata", "generation"))
        // No further key is made, and nothing is written again.
        #expect(estate.keys.count == 1)
        let revision = estate.cluster.world.revision
        estate.rounds()
        #expect(estate.cluster.world.revision == revision)

        try estate.cluster.remove(.secrets, namespace: "prod", name: "db-creds")
        estate.rounds()
        #expect(estate.secret("db-creds") != nil)
        try estate.cluster.remove(.sealedSecrets, namespace: "prod", name: "db-creds")
        estate.rounds()
        #expect(estate.secret("db-creds") == nil)
    }

    @Test func `keys are read at the start, and given up objects tried again only then`() throws {
        let estate = try Estate([Self.sealed("01-strict-db")])
        // It found none, so it made one, which opens nothing of Git.
        #expect(
            estate.keys.count == 1 && estate.keys[0].label(SealedSecretsNames.label) == "active")
        #expect(estate.log.contains("New key written to kube-system/"))
        #expect(
            estate.synced("db-creds")?["message"]
                == "no key could decrypt secret (password, username)")
        #expect(estate.log.contains("giving up"))
        let events = estate.cluster.objects(.events).filter { $0["reason"] == "ErrUnsealFailed" }
        #expect(events.map { $0["count"] } == [6], "once, and five times again")

        try estate.cluster.put(Self.key("current"))
        estate.rounds()
        #expect(estate.secret("db-creds") == nil)
        try estate.start("two")
        #expect(estate.secret("db-creds") != nil)
        #expect(estate.synced("db-creds")?["status"] == "True" && estate.keys.count == 2)
    }

    @Test func `a changed specification is tried again`() throws {
        let estate = try Estate([Self.key("current"), Self.sealed("20-strict-renamed")])
        #expect(estate.synced("stolen")?["status"] == "False")
        var object = estate.cluster.objects(.sealedSecrets)[0]
        let pair = try SealedItemTests.keys()[1]
        object["spec"] = try pair.seal(["a": "b"], name: "stolen", namespace: "prod")["spec"]
        object.set("metadata", "generation", to: 2)
        try estate.cluster.put(object)
        estate.rounds()
        #expect(estate.synced("stolen")?["status"] == "True")
        #expect(estate.secret("stolen")?["data"] == ["a": "Yg=="])
    }

    @Test func `the memory of a pod outlives a stop of the lab`() throws {
        let estate = try Estate([Self.sealed("01-strict-db")])
        try estate.cluster.put(Self.key("current"))
        estate.controller = SealedSecretsController(estate.cluster, folder: estate.folder.path)
        estate.rounds()
        #expect(estate.secret("db-creds") == nil)
    }

    @Test func `a key without the label counts under one name, another value takes it out`() throws
    {
        var legacy = try Self.key("current"), old = try Self.key("old")
        legacy.set("metadata", "name", to: "sealed-secrets-key")
        legacy.set("metadata", "labels", to: nil)
        old.set("metadata", "labels", SealedSecretsNames.label, to: "compromised")
        let estate = try Estate([
            legacy, old, Self.sealed("01-strict-db"), Self.sealed("14-old-strict"),
        ])
        #expect(estate.secret("db-creds") != nil && estate.secret("old-db") == nil)
    }

    @Test func `one item that does not open refuses the whole`() throws {
        let estate = try Estate([Self.key("current"), Self.sealed("18-corrupted")])
        #expect(estate.secret("corrupt") == nil)
        #expect(
            estate.synced("corrupt")?["message"] == "no key could decrypt secret (password)")
    }

    @Test func `a key older than its period is joined by another`() throws {
        let estate = try Estate([Self.key("current")])
        #expect(estate.keys.count == 1)
        estate.later(.seconds(31 * 24 * 3600))
        estate.rounds()
        #expect(estate.keys.count == 2)
        estate.rounds()
        #expect(estate.keys.count == 2)
    }

    @Test(arguments: ["", "managed", "patch"])
    func `a Secret somebody else made is left alone unless it says otherwise`(word: String) throws {
        var foreign: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": ["name": "db-creds", "namespace": "prod"], "data": ["mine": "eA=="],
        ]
        if !word.isEmpty {
            foreign.set(
                "metadata", "annotations", "sealedsecrets.bitnami.com/\(word)", to: "true")
        }
        let estate = try Estate([Self.key("current"), Self.sealed("01-strict-db"), foreign])
        let secret = estate.secret("db-creds")
        switch word {
        case "managed":
            #expect(secret?.at("data", "mine") == nil && secret?.at("data", "password") != nil)
            #expect(secret?.controllerUID != nil)
        case "patch":
            #expect(secret?.at("data", "mine") != nil && secret?.at("data", "password") != nil)
            #expect(secret?.controllerUID == nil)
        default:
            #expect(secret?["data"] == ["mine": "eA=="])
            let words =
                "failed update: Resource \"db-creds\" already exists and is not managed by SealedSecret"
            #expect(estate.synced("db-creds")?["message"] == .string(words))
        }
    }

    @Test func `a labelled key that cannot be read crashes the controller`() throws {
        var bad = try Self.key("current")
        bad.set("data", "tls.key", to: "AAAA")
        let estate = try Estate([bad, Self.sealed("01-strict-db")], start: false)
        estate.rounds(20)
        let pods = estate.cluster.objects(.pods)
        let states = pods.map {
            $0.at("status", "containerStatuses")?[0]?.at("state", "waiting", "reason")
        }
        #expect(states == ["CrashLoopBackOff"] && pods.allSatisfy { !$0.isReady })
        #expect(estate.synced("db-creds") == nil && estate.keys.count == 1)
        try estate.cluster.put(Self.key("current"))
        estate.rounds(20)
        #expect(estate.secret("db-creds") != nil)
    }

    @Test func `without its pod nothing is opened`() throws {
        let estate = try Estate([Self.key("current"), Self.sealed("01-strict-db")])
        for pod in estate.cluster.objects(.pods) {
            try estate.cluster.remove(.pods, namespace: "kube-system", name: pod.name)
        }
        try estate.cluster.remove(.secrets, namespace: "prod", name: "db-creds")
        for _ in 0..<5 { estate.controller.round(now: estate.now) }
        #expect(estate.secret("db-creds") == nil)
    }
}

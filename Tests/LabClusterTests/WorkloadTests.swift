import JSON
import Testing

@testable import LabCluster

@Suite struct WorkloadTests {
    private static func set(_ replicas: Int, template: JSONValue = [:]) -> JSONValue {
        var set = Sample.deployment("db", replicas: replicas, spec: template)
        set["kind"] = "StatefulSet"
        set.set("spec", "serviceName", to: "db")
        set.set(
            "spec", "volumeClaimTemplates",
            to: [
                [
                    "metadata": ["name": "data"],
                    "spec": [
                        "storageClassName": "local-path", "accessModes": ["ReadWriteOnce"],
                        "resources": ["requests": ["storage": "1Gi"]],
                    ],
                ]
            ])
        return set
    }

    @Test func `a stateful set starts in order, each pod with its own claim`() throws {
        let simulation = try Simulation([Sample.node("w1"), Sample.node("w2"), Self.set(3)])
        simulation.connect("w1", "w2")
        var seen: [[String]] = []
        for _ in 0..<30 {
            try simulation.run(seconds: 1)
            let names = simulation.pods.map(\.name)
            if seen.last != names { seen.append(names) }
            // No pod before the one below it is ready.
            #expect(!simulation.pods.dropLast().contains { !$0.isReady })
        }
        #expect(seen.last == ["db-0", "db-1", "db-2"] && seen.count >= 3)
        let claims = simulation.store.world.all(.persistentVolumeClaims)
        #expect(claims.map(\.name) == ["data-db-0", "data-db-1", "data-db-2"])
        #expect(claims.allSatisfy { $0.phase == "Bound" && $0.owners.isEmpty })
        let set = try #require(simulation.store.world.object(.statefulSets, "default", "db"))
        #expect(set.at("status", "readyReplicas") == 3)
        #expect(set.at("status", "updateRevision") == set.at("status", "currentRevision"))
    }

    @Test func `a stateful pod on a lost node blocks its name until it is forced`() throws {
        let simulation = try Simulation([
            Sample.node("w1"),
            Self.set(1, template: ["nodeSelector": ["kubernetes.io/hostname": "w1"]]),
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 6)
        let first = simulation.pods[0].uid
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 320)
        #expect(simulation.pods.map(\.uid) == [first])
        #expect(simulation.pods[0].isTerminating)
        _ = try simulation.request(
            "DELETE", "/api/v1/namespaces/default/pods/db-0", ["gracePeriodSeconds": 0])
        try simulation.run(seconds: 2)
        #expect(simulation.pods.map(\.name) == ["db-0"])
        #expect(simulation.pods[0].uid != first && simulation.pods[0].phase == "Pending")
    }

    @Test(arguments: ["deployments", "statefulsets", "daemonsets"])
    func `a restarted rollout replaces every pod and says when it is done`(kind: String) throws {
        var workload = kind == "statefulsets" ? Self.set(3) : Sample.deployment("db", replicas: 3)
        if kind == "daemonsets" {
            workload["kind"] = "DaemonSet"
            workload.set("spec", "replicas", to: nil)
        }
        let nodes = ["w1", "w2", "w3"].map { Sample.node($0) }
        let simulation = try Simulation(nodes + [workload])
        simulation.connect("w1", "w2", "w3")
        try simulation.run(seconds: 30)
        let before = Set(simulation.pods.map(\.uid))
        #expect(before.count == 3)
        let path = "/apis/apps/v1/namespaces/default/\(kind)/db"
        _ = try simulation.request(
            "PATCH", path,
            ["spec": ["template": ["metadata": ["annotations": ["restartedAt": "now"]]]]],
            type: "application/merge-patch+json")
        var fewest = 3
        for _ in 0..<60 {
            try simulation.run(seconds: 1)
            fewest = min(fewest, simulation.pods.count { $0.isReady && !$0.isTerminating })
        }
        #expect(fewest >= 2, "at most one may be missing")
        #expect(before.isDisjoint(with: simulation.pods.map(\.uid)))
        let object = try simulation.request("GET", path)
        #expect(object.at("metadata", "generation") == 2)
        #expect(object.at("status", "observedGeneration") == 2)
        switch kind {
        case "daemonsets":
            #expect(object.at("status", "updatedNumberScheduled") == 3)
            #expect(object.at("status", "numberAvailable") == 3)
        case "deployments":
            #expect(object.condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
            #expect(object.at("status", "unavailableReplicas") == nil)
            fallthrough
        default:
            #expect(object.at("status", "updatedReplicas") == 3)
            #expect(object.at("status", "availableReplicas") == 3)
        }
    }

    @Test func `a rollout that cannot start keeps the old pods and runs out of time`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Sample.deployment("web", replicas: 4),
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 5)
        _ = try simulation.request(
            "PATCH", "/apis/apps/v1/namespaces/default/deployments/web",
            [
                "spec": [
                    "progressDeadlineSeconds": 20,
                    "template": ["spec": ["nodeSelector": ["no": "where"]]],
                ]
            ], type: "application/merge-patch+json")
        try simulation.run(seconds: 10)
        #expect(simulation.pods.count(where: \.isReady) == 3)
        #expect(simulation.pods.count { $0.phase == "Pending" } == 2)
        try simulation.run(seconds: 20)
        let web = simulation.store.world.object(.deployments, "default", "web")
        #expect(web?.condition("Progressing")?["reason"] == "ProgressDeadlineExceeded")
        #expect(web?.condition("Available")?["status"] == "True")
    }

    private static func job(_ spec: JSONValue) -> JSONValue {
        var all: JSONValue = [
            "template": [
                "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "i"]]]
            ]
        ]
        for (key, value) in spec.object ?? [:] { all[key] = value }
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": "load", "namespace": "default"], "spec": all,
        ]
    }

    @Test func `a job completes after as many successes as it wants`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Self.job(["completions": 3, "parallelism": 2]),
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 15)
        let job = simulation.store.world.object(.jobs, "default", "load")
        #expect(job?.at("status", "succeeded") == 3)
        #expect(job?.condition("Complete")?["status"] == "True")
        #expect(simulation.pods.map(\.phase) == ["Succeeded", "Succeeded", "Succeeded"])
    }

    /// Lets every container end with an error.
    private struct Failing: PodObstacle {
        func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
            PodHold(reason: "Error", message: "no", exitCode: 3)
        }
    }

    @Test func `a job gives up behind its backoff limit`() throws {
        let simulation = try Simulation([Sample.node("w1"), Self.job(["backoffLimit": 2])])
        simulation.obstacles = [Failing()]
        simulation.connect("w1")
        try simulation.run(seconds: 60)
        let job = simulation.store.world.object(.jobs, "default", "load")
        #expect(job?.at("status", "failed") == 3)
        #expect(job?.condition("Failed")?["reason"] == "BackoffLimitExceeded")
        #expect(simulation.pods.map(\.phase) == ["Failed", "Failed", "Failed"])
    }

    @Test func `a quota shows as missing pods and an event, never as a pending pod`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Sample.deployment("web", replicas: 3),
            [
                "apiVersion": "v1", "kind": "ResourceQuota",
                "metadata": ["name": "small", "namespace": "default"],
                "spec": ["hard": ["pods": "2"]],
            ],
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 4)
        #expect(simulation.pods.map(\.phase) == ["Running", "Running"])
        let event = simulation.store.world.all(.events).first { $0["reason"] == "FailedCreate" }
        #expect(event?.at("involvedObject", "kind") == "ReplicaSet")
        let words = event?["message"]?.string ?? ""
        #expect(
            words.hasSuffix(
                "exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2")
        )
        let quota = simulation.store.world.object(.resourceQuotas, "default", "small")
        #expect(quota?.at("status", "used", "pods") == "2")
        #expect(throws: StatusError.self) {
            try simulation.request(
                "POST", "/api/v1/namespaces/default/pods", Sample.pod("one-more"))
        }
    }
}

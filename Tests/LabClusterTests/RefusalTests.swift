import Digest
import JSON
import Processes
import Testing

@testable import LabCluster

@Suite struct RefusalTests {
    private static let budget: JSONValue = [
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": ["name": "quorum", "namespace": "default"],
        "spec": ["minAvailable": 2, "selector": ["matchLabels": ["app": "web"]]],
    ]

    private func pods(_ count: Int) -> [JSONValue] {
        (1...count).map { number in
            var pod = Sample.pod("p\(number)", on: "w1")
            pod.set("metadata", "labels", to: ["app": "web"])
            pod["status"] = ["phase": "Running"]
            pod.setCondition("Ready", "True", now: .now)
            return pod
        }
    }

    @Test func `an eviction asks the disruption budget`() throws {
        let simulation = try Simulation([Self.budget] + pods(2))
        let unread = simulation.refusal(
            "POST", "/api/v1/namespaces/default/pods/p1/eviction",
            ["kind": "Eviction", "apiVersion": "policy/v1"])
        #expect(unread?.code == 429)
        try tell(simulation)
        let refusal = try #require(
            simulation.refusal(
                "POST", "/api/v1/namespaces/default/pods/p1/eviction",
                ["kind": "Eviction", "apiVersion": "policy/v1"]))
        #expect(refusal.code == 429 && refusal.reason == "TooManyRequests")
        #expect(
            refusal.details?.at("causes")?[0]?["message"]
                == "The disruption budget quorum needs 2 healthy pods and has 2 currently")
        let more = try Simulation([Self.budget] + pods(3))
        try tell(more)
        let budget = more.store.world.object(.disruptionBudgets, "default", "quorum")
        #expect(budget?.at("status", "disruptionsAllowed") == 1)
        #expect(
            try more.request(
                "POST", "/api/v1/namespaces/default/pods/p1/eviction",
                ["kind": "Eviction", "apiVersion": "policy/v1"])["status"] == "Success")
        #expect(
            more.refusal(
                "POST", "/api/v1/namespaces/default/pods/p2/eviction",
                ["kind": "Eviction", "apiVersion": "policy/v1"])?.code == 429)
    }

    /// The budgets' controller has looked.
    private func tell(_ simulation: Simulation) throws {
        let writes = DisruptionBudgets().reconcile(simulation.store.world, now: simulation.now)
        _ = try simulation.store.commit(writes, now: simulation.now)
    }

    @Test func `who is not bound may nothing`() throws {
        let role: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": ["name": "reader"],
            "rules": [["apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list"]]],
        ]
        let binding: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": ["name": "b"], "subjects": [["kind": "User", "name": "jim"]],
            "roleRef": ["kind": "ClusterRole", "name": "reader"],
        ]
        let world = try Simulation([role, binding]).store.world
        let request = Simulation.request("GET", "/api/v1/nodes")
        let list = Access(request, try #require(Route(request.path)))
        let jane = Identity(user: "jane", groups: ["system:authenticated"])
        #expect(list.isAllowed(.administrator, in: world))
        #expect(list.isAllowed(Identity(user: "jim", groups: []), in: world))
        #expect(!list.isAllowed(jane, in: world))
        #expect(
            list.refusal(jane).message
                == """
                nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at \
                the cluster scope
                """)
        var wanted = Simulation.request("DELETE", "/api/v1/nodes/w1")
        let delete = Access(wanted, try #require(Route(wanted.path)))
        #expect(!delete.isAllowed(Identity(user: "jim", groups: []), in: world))
        wanted.headers = ["authorization": "Bearer t", "impersonate-user": "jane"]
        #expect(Identity(wanted, token: "t") == jane)
        #expect(Identity(wanted, token: "other") == nil)
    }

    @Test func `what kubectl sends as protobuf is read`() throws {
        let body = try #require(
            Base64.decode(
                "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSQAoQCgA"
                    + "SABoAIgAqADIAOABCABIiCiAKB2RlZmF1bHQSBmRlbGV0ZRoAIgAqBW5vZGVzMgA6ABoICAASABoA"
                    + "IAAaACIA"))
        let review = try ProtobufBody.read(body)
        #expect(review.kind == "SelfSubjectAccessReview")
        #expect(
            review.at("spec", "resourceAttributes") == [
                "namespace": "default", "verb": "delete", "resource": "nodes",
            ])
        let route = try #require(Route("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"))
        let world = try Simulation([]).store.world
        #expect(
            Reviews.answer(review, route, .administrator, in: world)?.at("status", "allowed")
                == true)
        #expect(
            Reviews.answer(review, route, .anonymous, in: world)?.at("status", "allowed") == false)
        #expect(throws: StatusError.self) { try ProtobufBody.read(Array(body.prefix(40))) }
        #expect(throws: StatusError.self) { try ProtobufBody.read([1, 2, 3]) }
    }

    @Test func `a definition takes its custom resources along`() throws {
        let sealed: JSONValue = [
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
            "metadata": ["name": "s", "namespace": "default", "uid": "u-1"],
        ]
        let secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret",
            "metadata": [
                "name": "s", "namespace": "default",
                "ownerReferences": [
                    [
                        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "name": "s",
                        "uid": "u-1", "controller": true,
                    ]
                ],
            ],
        ]
        let simulation = try Simulation([sealed, secret])
        let path =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/sealedsecrets.bitnami.com"
        let doomed = try simulation.request("DELETE", path)
        #expect(doomed.finalizers == [Deletion.customCleanup])
        #expect(
            simulation.refusal(
                "POST", "/apis/bitnami.com/v1alpha1/namespaces/default/sealedsecrets",
                [
                    "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
                    "metadata": ["name": "t"],
                ])?.code == 405)
        try simulation.run(seconds: 5)
        #expect(simulation.store.world.all(.sealedSecrets).isEmpty)
        #expect(simulation.store.world.all(.secrets).isEmpty)
        #expect(simulation.refusal("GET", path)?.code == 404)
    }

    @Test func `a collection goes at once, and dry runs change nothing`() throws {
        let simulation = try Simulation(pods(3))
        let dry = try simulation.request(
            "PATCH", "/api/v1/namespaces/default/pods/p1?dryRun=All",
            ["metadata": ["labels": ["dry": "yes"]]], type: "application/merge-patch+json")
        #expect(dry.labels["dry"] == "yes")
        #expect(simulation.pods.allSatisfy { $0.labels["dry"] == nil })
        let gone = try simulation.request(
            "DELETE", "/api/v1/namespaces/default/pods?labelSelector=app=web",
            ["gracePeriodSeconds": 0])
        #expect(gone["items"]?.array?.count == 3)
        #expect(simulation.pods.isEmpty)
    }

    @Test func `a datastore that does not answer shows in health and requests`() throws {
        let lab = try Lab(seed: [Sample.node("w1")], outageLimit: .milliseconds(100))
        lab.cluster.setOutage(DatastoreOutage())
        let live = try lab.kubectl("get", "--raw", "/livez")
        #expect(live.ending == .exited(1))
        #expect(live.error.text.contains("[-]etcd failed: reason withheld"))
        let patch = try lab.kubectl("get", "nodes")
        #expect(
            patch.error.text
                == """
                Error from server: rpc error: code = Unavailable desc = keepalive ping failed to \
                receive ACK within timeout

                """)
        lab.cluster.setOutage(nil)
        #expect(try lab.kubectl("get", "--raw", "/readyz").output.text == "ok")
    }
}

import JSON
import Testing

@testable import LabCluster

@Suite struct SchemaTests {
    @Test func `a field no server knows is refused where the client is strict`() throws {
        let simulation = try Simulation([Sample.deployment("web", replicas: 1)])
        let path = "/apis/apps/v1/namespaces/default/deployments/web"
        let patch: JSONValue = ["spec": ["replicaz": 2]]
        let refusal = try #require(
            simulation.refusal(
                "PATCH", "\(path)?fieldValidation=Strict", patch,
                type: "application/strategic-merge-patch+json"))
        #expect(
            refusal.message
                == """
                 "" is invalid: patch: Invalid value: "map[spec:map[replicaz:2]]": strict decoding \
                error: unknown field "spec.replicaz"
                """)
        var other = Sample.deployment("other", replicas: 1)
        other.set("spec", "template", "spec", "containers", to: [["name": "c", "imagee": "i"]])
        let created = try #require(
            simulation.refusal(
                "POST", "/apis/apps/v1/namespaces/default/deployments?fieldValidation=Strict",
                other))
        #expect(created.code == 400)
        #expect(created.message.hasSuffix("\"spec.template.spec.containers[0].imagee\""))
        // Without the wish nothing is refused.
        _ = try simulation.request(
            "PATCH", path, patch, type: "application/strategic-merge-patch+json")
    }

    @Test func `what the lab itself makes has only known fields`() throws {
        let simulation = try Simulation([Sample.node("w1"), Sample.deployment("web", replicas: 1)])
        simulation.connect("w1")
        try simulation.run(seconds: 4)
        for (key, objects) in simulation.store.world.tables {
            let type = try #require(ResourceType.of(key))
            for object in objects.values {
                #expect(KnownFields.unknown(object, type) == [])
            }
        }
    }

    @Test(
        arguments: [
            (["destination": "x"], "spec.destination in body must be of type object: \"string\""),
            (["project": 1], "spec.project in body must be of type string: \"integer\""),
        ] as [(JSONValue, String)])
    func `a custom resource fits its definition`(_ spec: JSONValue, _ words: String) throws {
        let simulation = try Simulation([
            [
                "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                "metadata": ["name": "root", "namespace": "argocd"], "spec": [:],
            ]
        ])
        let refusal = try #require(
            simulation.refusal(
                "PATCH", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/root",
                ["spec": spec], type: "application/merge-patch+json"))
        #expect(refusal.code == 422)
        #expect(refusal.message.hasSuffix(words))
    }

    @Test func `Go's text of values`() {
        #expect(GoText.value(["b": [1, "x"], "a": .null]) == "map[a:<nil> b:[1 x]]")
        #expect(GoText.quoted("a\"b\n") == "\"a\\\"b\\n\"")
    }
}

import JSON
import Testing

@testable import LabCluster

@Suite struct APITests {
    @Test(arguments: [
        ("app=web", true), ("app!=web", false), ("tier", false), ("!tier", true),
        ("app in (web,db)", true), ("app notin (web)", false), ("app=web,zone!=b", true),
        ("", true),
    ])
    func `label selectors`(_ text: String, _ expected: Bool) throws {
        let selector = try #require(LabelSelector(text))
        #expect(selector.matches(["app": "web", "zone": "a"]) == expected)
    }

    @Test func `field selectors select by node and refuse unknown fields`() throws {
        let type = try #require(ResourceType.of(.pods))
        let pod = Sample.pod("p", on: "w1")
        #expect(try FieldSelector("spec.nodeName=w1,metadata.name!=q", for: type).matches(pod))
        #expect(try !FieldSelector("spec.nodeName=w2", for: type).matches(pod))
        #expect(throws: StatusError.badRequest("field label not supported: spec.foo")) {
            try FieldSelector("spec.foo=x", for: type)
        }
    }

    @Test func `refusals have the words of a real server`() throws {
        let simulation = try Simulation([Sample.node("w1")])
        func refusal(
            _ method: String, _ path: String, _ body: JSONValue? = nil,
            type: String = "application/json"
        )
            -> StatusError?
        {
            do { _ = try simulation.request(method, path, body, type: type) } catch {
                return error as? StatusError
            }
            return nil
        }
        #expect(refusal("GET", "/api/v1/nodes/x")?.message == "nodes \"x\" not found")
        #expect(
            refusal("GET", "/apis/apps/v1/namespaces/default/deployments/x")?.message
                == "deployments.apps \"x\" not found")
        #expect(refusal("POST", "/api/v1/nodes", Sample.node("w1"))?.reason == "AlreadyExists")
        #expect(
            refusal("POST", "/api/v1/namespaces/absent/pods", Sample.pod("p"))?.code == 400)
        var homeless = Sample.pod("p")
        homeless.set("metadata", "namespace", to: nil)
        #expect(
            refusal("POST", "/api/v1/namespaces/absent/pods", homeless)?.message
                == "namespaces \"absent\" not found")
        #expect(refusal("PATCH", "/api/v1/nodes/w1", [:], type: "text/plain")?.code == 415)
        #expect(refusal("PUT", "/api/v1/nodes")?.code == 405)
        #expect(refusal("GET", "/api/v1/nopes")?.code == 404)
        let stale: JSONValue = ["metadata": ["resourceVersion": "1"]]
        #expect(
            refusal("PATCH", "/api/v1/nodes/w1", stale, type: "application/merge-patch+json")?
                .reason == "Conflict")
        let wrong: JSONValue = ["spec": ["taints": [["key": "a", "effect": "Never"]]]]
        #expect(
            refusal("PATCH", "/api/v1/nodes/w1", wrong, type: "application/merge-patch+json")?.code
                == 422)
    }

    @Test func `an object from a backup is not created with what only a server sets`() throws {
        let simulation = try Simulation([])
        let path = "/api/v1/namespaces/default/configmaps"
        var map: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "c", "namespace": "default", "resourceVersion": "17"],
        ]
        let refusal = simulation.refusal("POST", path, map)
        #expect(
            refusal?.message == "resourceVersion should not be set on objects to be created")
        #expect(refusal?.code == 500 && refusal?.body["reason"] == nil)
        // What is no revision is none, and another uid is given.
        for version in ["", "0", "x"] {
            map.set("metadata", "resourceVersion", to: .string(version))
            map.set("metadata", "uid", to: "former")
            let made = try simulation.request("POST", path, map)
            #expect(made.uid != "former" && made.revision != nil)
            _ = try simulation.request("DELETE", "\(path)/c")
        }
    }

    @Test func `a patch without effect keeps the revision`() throws {
        let simulation = try Simulation([Sample.node("w1")])
        let patch: JSONValue = ["metadata": ["labels": ["a": "b"]]]
        let first = try simulation.request(
            "PATCH", "/api/v1/nodes/w1", patch, type: "application/merge-patch+json")
        let second = try simulation.request(
            "PATCH", "/api/v1/nodes/w1", patch, type: "application/merge-patch+json")
        #expect(first == second)
    }

    @Test func `the datastore brings everything back`() throws {
        let simulation = try Simulation([Sample.node("w1"), Sample.deployment("web", replicas: 2)])
        simulation.connect("w1")
        try simulation.run(seconds: 4)
        _ = try simulation.request(
            "DELETE", "/api/v1/namespaces/default/pods/\(simulation.pods[0].name)",
            ["gracePeriodSeconds": 0])
        let before = simulation.store.world
        simulation.store.close()
        let after = try LabCluster.Store(
            path: simulation.options.datastorePath, now: simulation.now
        ).world
        #expect(
            after.tables.filter { !$0.value.isEmpty } == before.tables.filter { !$0.value.isEmpty })
        #expect(after.revision == before.revision)
    }
}

import JSON
import Testing

@testable import LabCluster

@Suite struct ApplyTests {
    private static let path = "/api/v1/namespaces/default/configmaps/c"

    private func map(_ data: JSONValue) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "c", "namespace": "default"], "data": data,
        ]
    }

    private func apply(
        _ simulation: Simulation, _ manager: String, _ data: JSONValue, force: Bool = false
    ) throws -> JSONValue {
        try simulation.request(
            "PATCH", "\(Self.path)?fieldManager=\(manager)&force=\(force)", map(data),
            type: Patch.applyType)
    }

    @Test func `an apply makes, changes, and drops what it no longer names`() throws {
        let simulation = try Simulation([])
        #expect(
            try apply(simulation, "one", ["a": "1", "b": "2"])["data"] == ["a": "1", "b": "2"])
        let second = try apply(simulation, "one", ["a": "3"])
        #expect(second["data"] == ["a": "3"])
        let again = try apply(simulation, "one", ["a": "3"])
        #expect(again.revision == second.revision)
    }

    @Test func `what another manager owns needs force`() throws {
        let simulation = try Simulation([])
        _ = try apply(simulation, "one", ["a": "1", "b": "2"])
        // The same value is shared, not fought about.
        _ = try apply(simulation, "two", ["b": "2"])
        let refusal = try #require(
            simulation.refusal(
                "PATCH", "\(Self.path)?fieldManager=two&force=false", map(["a": "9"]),
                type: Patch.applyType))
        #expect(refusal.code == 409)
        #expect(refusal.message == "Apply failed with 1 conflict: conflict with \"one\": .data.a")
        #expect(
            refusal.details == [
                "causes": [
                    [
                        "reason": "FieldManagerConflict", "message": "conflict with \"one\"",
                        "field": ".data.a",
                    ]
                ]
            ])
        let forced = try apply(simulation, "two", ["a": "9"], force: true)
        #expect(forced["data"] == ["a": "9", "b": "2"])
        // "one" lost the field: applying it again is refused in turn.
        #expect(
            simulation.refusal(
                "PATCH", "\(Self.path)?fieldManager=one&force=false", map(["a": "1", "b": "2"]),
                type: Patch.applyType)?.code == 409)
    }

    @Test func `an ordinary write owns what it changes`() throws {
        let simulation = try Simulation([])
        _ = try apply(simulation, "one", ["a": "1", "b": "2"])
        let patched = try simulation.request(
            "PATCH", "\(Self.path)?fieldManager=hand", ["data": ["a": "5"]],
            type: "application/merge-patch+json")
        let owners = (patched.at("metadata", "managedFields")?.array ?? []).map {
            "\($0["manager"]?.string ?? "") \($0.at("fieldsV1", "f:data")?.text ?? "")"
        }
        #expect(owners == ["one {\".\":{},\"f:b\":{}}", "hand {\"f:a\":{}}"])
        let refusal = simulation.refusal(
            "PATCH", "\(Self.path)?fieldManager=one&force=false", map(["a": "1", "b": "2"]),
            type: Patch.applyType)
        #expect(
            refusal?.message
                == "Apply failed with 1 conflict: conflict with \"hand\" using v1: .data.a")
    }

    @Test func `elements of lists are owned one by one`() throws {
        let simulation = try Simulation([])
        let path = "/apis/apps/v1/namespaces/default/deployments/web"
        var mine = Sample.deployment("web", replicas: 1)
        _ = try simulation.request("PATCH", "\(path)?fieldManager=one", mine, type: Patch.applyType)
        mine.set(
            "spec",
            to: [
                "template": ["spec": ["containers": [["name": "side", "image": "s:1"]]]]
            ])
        let both = try simulation.request(
            "PATCH", "\(path)?fieldManager=two", mine, type: Patch.applyType)
        let names = both.at("spec", "template", "spec", "containers")?.array?.compactMap {
            $0["name"]?.string
        }
        #expect(names == ["c", "side"])
        mine["spec"] = [:]
        let less = try simulation.request(
            "PATCH", "\(path)?fieldManager=two", mine, type: Patch.applyType)
        #expect(less.at("spec", "template", "spec", "containers")?.array?.count == 1)
        #expect(less.at("spec", "replicas") == 1)
    }

    @Test func `an apply needs its manager's name`() throws {
        let simulation = try Simulation([])
        #expect(
            simulation.refusal("PATCH", Self.path, map([:]), type: Patch.applyType)?.code == 422)
    }

    /// An apply of what is not there is no create to the server's storage.
    @Test func `an apply from a backup goes by the uid, and by the revision of what is there`()
        throws
    {
        let simulation = try Simulation([])
        func refusal(_ metadata: JSONValue) -> StatusError? {
            let wanted = MergePatch.apply(["metadata": metadata], to: map(["a": "1"]))
            return simulation.refusal(
                "PATCH", "\(Self.path)?fieldManager=one&force=true", wanted, type: Patch.applyType)
        }
        let foreign = refusal(["uid": "former", "resourceVersion": "17"])
        #expect(foreign?.code == 409 && foreign?.reason == "Conflict")
        #expect(
            foreign?.message == """
                Operation cannot be fulfilled on configmaps "c": uid mismatch: the provided \
                object specified uid former, and no existing object was found
                """)
        #expect(refusal(["resourceVersion": "17"]) == nil)
        let stale = refusal(["resourceVersion": "17"])
        #expect(stale?.code == 409 && stale?.message.contains("has been modified") == true)
        let made = try simulation.request("GET", Self.path)
        #expect(made.at("metadata", "resourceVersion") != "17")
        #expect(refusal(["resourceVersion": made.at("metadata", "resourceVersion") ?? ""]) == nil)
        let other = refusal(["uid": "former"])
        #expect(other?.code == 422)
        #expect(other?.message.contains("metadata.uid: Invalid value") == true)
        #expect(try simulation.request("GET", Self.path).uid == made.uid)
    }

    @Test func `field sets read and write their own form`() throws {
        let json: JSONValue = [
            "f:data": [".": [:], "f:a": [:]],
            "f:spec": ["k:{\"name\":\"c\"}": [".": [:], "f:image": [:]]],
        ]
        let set = FieldSet(json)
        #expect(set.json == json)
        #expect(
            set.paths.map(FieldSet.text) == [
                ".data", ".data.a", ".spec[name=\"c\"]", ".spec[name=\"c\"].image",
            ])
        #expect(set.subtracting(set).isEmpty)
        #expect(set.intersection(set) == set)
    }
}

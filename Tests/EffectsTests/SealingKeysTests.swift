import JSON
import Testing

@testable import Effects

/// A backup of sealing keys, as people keep it.
@Suite struct `Sealing keys` {
    private static func secret(_ name: String, key: String = "S0VZ") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": [
                "name": .string(name), "namespace": "kube-system", "uid": "u",
                "resourceVersion": "17", "creationTimestamp": "2026-01-01T00:00:00Z",
                "ownerReferences": [["uid": "gone"]], "managedFields": [["manager": "kubectl"]],
                "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{\"copy\": 1}"],
                "labels": ["sealedsecrets.bitnami.com/sealed-secrets-key": "active"],
            ],
            "data": ["tls.crt": "Q1JU", "tls.key": .string(key)],
        ]
    }

    private static func list(_ items: JSONValue...) -> [UInt8] {
        JSONValue.object(["apiVersion": "v1", "kind": "List", "items": .array(items)]).utf8
    }

    @Test func `go out without what a server sets`() throws {
        let keys = try SealingKeys(backup: Self.list(Self.secret("a"), Self.secret("b")))
        let manifest = try JSONValue(parsing: keys.manifest)
        #expect(manifest["kind"] == "List")
        let items = try #require(manifest["items"]?.array)
        #expect(items.count == 2)
        for item in items {
            #expect(Set((item["metadata"]?.object ?? [:]).keys) == ["name", "namespace", "labels"])
            #expect(item["data"]?["tls.key"] == "S0VZ")
        }
    }

    @Test func `are read from YAML and from one Secret alone`() throws {
        let yaml = """
            apiVersion: v1
            kind: Secret
            metadata:
              name: a
              namespace: kube-system
              labels: { sealedsecrets.bitnami.com/sealed-secrets-key: active }
            data: { tls.crt: Q1JU, tls.key: S0VZ }
            """
        let one = try SealingKeys(backup: Array(yaml.utf8)).keys
        #expect(one == (try SealingKeys(backup: Self.list(Self.secret("a"))).keys))
        #expect(one.first?.label == "active")
    }

    @Test func `differ by place, label and content, and show none of it`() throws {
        let key = try #require(try SealingKeys(backup: Self.list(Self.secret("a"))).keys.first)
        var elsewhere = Self.secret("a"), retired = Self.secret("a")
        if var metadata = elsewhere["metadata"] {
            metadata["namespace"] = "other"
            elsewhere["metadata"] = metadata
        }
        if var metadata = retired["metadata"] {
            metadata["labels"] = ["sealedsecrets.bitnami.com/sealed-secrets-key": "compromised"]
            retired["metadata"] = metadata
        }
        for other in [elsewhere, retired, Self.secret("b"), Self.secret("a", key: "b3RoZXI=")] {
            #expect(try SealingKeys(backup: Self.list(other)).keys != [key])
        }
        #expect(!"\(key)".contains("S0VZ"))
    }

    @Test(arguments: [
        "not: [a, list", "[]", #"{"kind": "List", "items": []}"#,
        #"{"kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}"#,
        #"{"kind": "Secret", "metadata": {"name": "a", "namespace": "n"}, "data": {"tls.crt": "x"}}"#,
        #"{"kind": "Secret", "metadata": {"name": "a"}, "data": {"tls.crt": "x", "tls.key": "SECRET"}}"#,
    ])
    func `that are none are refused without being shown`(text: String) {
        let refusal = #expect(throws: SealingKeys.Refusal.self) {
            try SealingKeys(backup: Array(text.utf8))
        }
        #expect(refusal?.description.contains("SECRET") == false)
    }
}

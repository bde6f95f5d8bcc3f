import DesiredState
import JSON
import Testing

@Suite struct ComparisonTests {
    @Test func `two commits are compared object by object, and no secret is shown`() {
        let secret = { (value: String) in
            manifest("Secret", "s", "stringData: { password: \(value) }\n")
        }
        let old = inventory([
            "home/a.yaml": manifest("ConfigMap", "same") + "---\n"
                + manifest("ConfigMap", "changed", "data: { a: \"1\", b: \"2\" }\n") + "---\n"
                + manifest("ConfigMap", "removed"),
            "home/s.yaml": secret("hunter1"),
        ])
        let new = inventory([
            "home/moved.yaml": manifest("ConfigMap", "same"),
            "home/a.yaml": manifest("ConfigMap", "changed", "data: { a: \"1\", b: \"3\" }\n")
                + "---\n" + manifest("ConfigMap", "added"),
            "home/s.yaml": secret("hunter2"),
        ])
        let difference = InventoryDifference(from: old, to: new)
        #expect(
            difference.changes.map { "\($0.sign.rawValue) \($0.name)" } == [
                "+ ConfigMap default/added", "~ ConfigMap default/changed",
                "- ConfigMap default/removed", "~ Secret default/s",
            ])
        #expect(difference.changes[1].details == ["data.b: 2 → 3"])
        #expect(difference.changes[3].details == ["stringData.password"])
        #expect(!difference.changes.map(\.json.text).joined().contains("hunter"))
    }

    /// What becomes of one object held against a live one.
    private func preview(_ wanted: String, _ live: JSONValue) -> [String] {
        Preview(inventory(["home/a.yaml": wanted]), live: .init(objects: [live], silences: [:]))
            .changes.flatMap { [$0.sign.rawValue] + $0.fields.map(\.path) }
    }

    @Test func `what a server fills in or writes in its own way is no change`() {
        let wanted = manifest(
            "Deployment", "web",
            """
              namespace: web
            spec:
              replicas: 2
              paused: false
              template:
                spec:
                  containers:
                    - name: web
                      image: app:1
                      args: [a, b]
                      resources: { limits: { memory: 1024Mi, cpu: 0.5 } }
                      env: []

            """, version: "apps/v1")
        func live(_ change: (inout JSONValue) -> Void) -> JSONValue {
            var container: JSONValue = [
                "name": "web", "image": "app:1", "args": ["a", "b"], "imagePullPolicy": "Always",
                "resources": ["limits": ["memory": "1Gi", "cpu": "500m"]],
            ]
            change(&container)
            return [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": [
                    "name": "web", "namespace": "web", "uid": "u", "generation": 4,
                    "managedFields": [], "annotations": ["deployment.kubernetes.io/revision": "1"],
                ],
                "spec": [
                    "replicas": 2, "revisionHistoryLimit": 10,
                    "template": [
                        "spec": ["containers": .array([container]), "dnsPolicy": "ClusterFirst"]
                    ],
                ],
                "status": ["replicas": 1],
            ]
        }
        #expect(preview(wanted, live { _ in }) == [])
        #expect(
            preview(wanted, live { $0["image"] = "app:2" })
                == ["~", "spec.template.spec.containers[web].image"])
        #expect(
            preview(wanted, live { $0["args"] = ["a"] })
                == ["~", "spec.template.spec.containers[web].args"])
        #expect(
            preview(wanted, live { $0["name"] = "other" })
                == ["~", "spec.template.spec.containers[web]"])
        #expect(preview(wanted, ["apiVersion": "v1"]) == ["+"])
    }

    @Test func `of a Secret only its being there is compared`() {
        let wanted = manifest("Secret", "s", "stringData: { a: b }\n")
        let live: JSONValue = [
            "apiVersion": "v1", "kind": "Secret",
            "metadata": ["name": "s", "namespace": "default"],
        ]
        #expect(preview(wanted, live) == [])
    }
}

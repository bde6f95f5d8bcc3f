import JSON
import Testing

@testable import LabCluster

@Suite struct ArgoTests {
    private static let a = JSONValue.string(TestSource.hash("a"))
    private static let b = JSONValue.string(TestSource.hash("b"))

    private func estate(
        _ policy: JSONValue? = ["automated": ["prune": true, "selfHeal": true]],
        finalizer: Bool = false
    ) throws -> ArgoEstate {
        let estate = try ArgoEstate(
            [
                "web/one.yaml": ArgoEstate.map("one", "1"),
                "web/two.yaml": ArgoEstate.map("two", "2"),
                "web/deeper/no.yaml": ArgoEstate.map("no", "0"),
            ], [ArgoEstate.application("web", path: "web", policy: policy, finalizer: finalizer)])
        estate.rounds()
        return estate
    }

    @Test func `an application follows its branch, prunes and heals`() throws {
        let estate = try estate()
        #expect(estate.map("one")?.at("data", "mode") == "1" && estate.map("no") == nil)
        let status = estate.app("web")["status"]
        #expect(status?.at("sync", "status") == "Synced")
        #expect(status?.at("sync", "revision") == Self.a)
        #expect(status?.at("health", "status") == "Healthy")
        #expect(status?.at("operationState", "phase") == "Succeeded")
        #expect(status?.at("operationState", "syncResult", "revision") == Self.a)
        #expect(estate.app("web")["operation"] == nil)

        try estate.patch(
            .configMaps, "one", ["data": ["mode": "drift", "more": "x"]], namespace: "apps")
        estate.rounds()
        // What Git does not say is left to whoever wrote it.
        #expect(estate.map("one")?["data"] == ["mode": "1", "more": "x"])

        estate.source.push("b", ["web/one.yaml": ArgoEstate.map("one", "11")])
        estate.rounds(seconds: 8)
        #expect(estate.map("one")?.at("data", "mode") == "11" && estate.map("two") == nil)
        #expect(estate.app("web").at("status", "sync", "revision") == Self.b)
    }

    @Test func `while Git does not answer the status says so and nothing changes`() throws {
        let estate = try estate()
        func errors() -> [String] {
            (estate.app("web").at("status", "conditions")?.array ?? [])
                .filter { $0["type"] == "ComparisonError" }.compactMap { $0["message"]?.string }
        }
        let refresh: JSONValue = ["metadata": ["annotations": [ArgoNames.refresh: "normal"]]]
        estate.source.breakDown()
        try estate.patch(.applications, "web", refresh)
        estate.rounds()
        #expect(errors().first?.contains("no route to host") == true)
        #expect(estate.app("web").at("status", "sync", "status") == "Unknown")
        #expect(estate.map("one") != nil)
        estate.source.mend()
        try estate.patch(.applications, "web", refresh)
        estate.rounds()
        #expect(errors().isEmpty && estate.app("web").at("status", "sync", "status") == "Synced")
    }

    @Test func `a field Git no longer has goes, what others wrote stays`() throws {
        let estate = try estate()
        estate.source.push(
            "b",
            [
                "web/one.yaml": """
                apiVersion: v1
                kind: ConfigMap
                metadata: { name: one }
                data: { other: "1" }
                """
            ])
        try estate.patch(.configMaps, "one", ["data": ["mine": "x"]], namespace: "apps")
        estate.rounds(seconds: 8)
        #expect(estate.map("one")?["data"] == ["other": "1", "mine": "x"])
    }

    @Test func `without automation nothing is written, and the status says what differs`() throws {
        let estate = try estate(nil)
        #expect(estate.map("one") == nil)
        #expect(estate.app("web").at("status", "sync", "status") == "OutOfSync")
        #expect(estate.app("web").at("status", "health", "status") == "Missing")
        try estate.patch("web", ["spec": ["syncPolicy": ["automated": ["enabled": false]]]])
        estate.rounds()
        #expect(estate.map("one") == nil)
    }

    @Test func `without self-heal drift stays until the commit changes`() throws {
        let estate = try estate(["automated": ["prune": true]])
        try estate.patch(.configMaps, "one", ["data": ["mode": "drift"]], namespace: "apps")
        estate.rounds(seconds: 5)
        #expect(estate.map("one")?.at("data", "mode") == "drift")
        #expect(estate.app("web").at("status", "sync", "status") == "OutOfSync")
    }

    @Test func `an operation syncs the commit it names and prunes only if told`() throws {
        let estate = try estate(nil)
        estate.source.push("b", ["web/one.yaml": ArgoEstate.map("one", "11")])
        // Its options are its own, whatever the application's are.
        try estate.patch("web", ["operation": ["sync": ["revision": Self.a]]])
        estate.rounds()
        #expect(estate.app("web").at("status", "operationState", "phase") == "Failed")
        #expect(estate.map("two") == nil, "nobody asked for its namespace")
        let operation: JSONValue = [
            "initiatedBy": ["username": "recover"],
            "sync": [
                "revision": Self.a, "prune": false, "syncStrategy": ["hook": [:]],
                "syncOptions": ["CreateNamespace=true", "Validate=true"],
            ],
        ]
        try estate.patch("web", ["operation": operation])
        estate.argo.round(now: estate.now)
        #expect(estate.app("web").at("status", "operationState", "phase") == "Running")
        #expect(estate.app("web")["operation"] != nil)
        estate.rounds()
        #expect(estate.map("two") != nil && estate.app("web")["operation"] == nil)
        #expect(
            estate.app("web").at("status", "operationState", "syncResult", "revision") == Self.a)

        try estate.patch("web", ["operation": ["sync": ["revision": Self.b, "prune": false]]])
        estate.rounds()
        #expect(estate.map("one")?.at("data", "mode") == "11" && estate.map("two") != nil)
        #expect(estate.app("web").at("status", "sync", "status") == "OutOfSync")
        try estate.patch("web", ["operation": ["sync": ["revision": Self.b, "prune": true]]])
        estate.rounds()
        #expect(estate.map("two") == nil)
        #expect(estate.app("web").at("status", "sync", "status") == "Synced")
    }

    @Test func `an operation a datastore remembers goes on as it was begun`() throws {
        let estate = try estate(nil)
        let old: JSONValue = [
            "sync": ["revision": Self.a, "syncOptions": ["CreateNamespace=true"]]
        ]
        estate.source.push("b", ["web/one.yaml": ArgoEstate.map("one", "11")])
        try estate.patch(
            "web",
            [
                "operation": ["sync": ["revision": Self.b]],
                "status": ["operationState": ["phase": "Running", "operation": old]],
            ])
        estate.rounds()
        #expect(estate.map("one")?.at("data", "mode") == "1")
    }

    @Test func `a refresh is consumed only by a controller that runs`() throws {
        let estate = try estate(nil)
        try estate.run("argocd-application-controller", false)
        let mark: JSONValue = ["metadata": ["annotations": ["argocd.argoproj.io/refresh": "hard"]]]
        let before = estate.app("web").at("status", "reconciledAt")
        try estate.patch("web", mark)
        estate.source.push("b", [:])
        estate.rounds(seconds: 6)
        #expect(estate.app("web").annotations[ArgoNames.refresh] == "hard")
        try estate.run("argocd-application-controller")
        try estate.run("argocd-repo-server", false)
        estate.rounds()
        #expect(estate.app("web").annotations[ArgoNames.refresh] == "hard")
        try estate.run("argocd-repo-server")
        try estate.run("argocd-redis", false)
        estate.rounds(seconds: 6)
        #expect(estate.app("web").annotations[ArgoNames.refresh] == "hard")
        #expect(estate.app("web").at("status", "sync", "revision") == Self.a)
        try estate.run("argocd-redis")
        estate.rounds()
        #expect(estate.app("web").annotations[ArgoNames.refresh] == nil)
        #expect(estate.app("web").at("status", "reconciledAt") != before)
    }

    @Test func `a new commit is seen at the next look, not before`() throws {
        let estate = try estate(nil)
        estate.source.push("b", ["web/one.yaml": ArgoEstate.map("one", "11")])
        estate.argo.round(now: estate.now)
        #expect(estate.app("web").at("status", "sync", "revision") == Self.a)
        try estate.patch(
            "web", ["metadata": ["annotations": ["argocd.argoproj.io/refresh": "normal"]]])
        estate.argo.round(now: estate.now)
        #expect(estate.app("web").at("status", "sync", "revision") == Self.b)
    }

    @Test func `skip-reconcile freezes the status`() throws {
        let estate = try estate()
        try estate.patch(
            "web", ["metadata": ["annotations": ["argocd.argoproj.io/skip-reconcile": "true"]]])
        let before = estate.app("web")["status"]
        estate.source.push("b", ["web/one.yaml": ArgoEstate.map("one", "11")])
        estate.rounds(seconds: 8)
        #expect(estate.app("web")["status"] == before)
        #expect(estate.map("one")?.at("data", "mode") == "1")
    }

    @Test(arguments: [true, false])
    func `a deletion takes everything along only with the finalizer`(finalizer: Bool) throws {
        let claim = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: { name: data }
            spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
            """
        let estate = try ArgoEstate(
            ["web/one.yaml": ArgoEstate.map("one", "1"), "web/data.yaml": claim],
            [ArgoEstate.application("web", path: "web", finalizer: finalizer)])
        func data() -> JSONValue? {
            estate.cluster.object(.persistentVolumeClaims, namespace: "apps", name: "data")
        }
        estate.rounds()
        #expect(data() != nil && estate.map("one") != nil)
        try estate.delete("web")
        for _ in 0..<5 {
            estate.rounds(seconds: 1)
            estate.cluster.reconcile(now: estate.now)
        }
        #expect(estate.app("web") == [:])
        #expect((estate.map("one") == nil) == finalizer)
        // The claims too: with a class that deletes, the data is gone.
        #expect((data() == nil) == finalizer)
    }

    @Test func `an empty folder is not synced unless that is allowed`() throws {
        let estate = try estate()
        estate.source.push("b", ["web/README.md": "nothing"])
        estate.rounds(seconds: 8)
        #expect(estate.map("one") != nil)
        let conditions = estate.app("web").at("status", "conditions")
        #expect(conditions?[0]?["type"] == "SyncError")
        #expect(conditions?[0]?["message"]?.string?.hasSuffix("wipe out all resources") == true)
        try estate.patch("web", ["spec": ["syncPolicy": ["automated": ["allowEmpty": true]]]])
        estate.rounds(seconds: 4)
        #expect(estate.map("one") == nil)
    }

    @Test(arguments: [
        (["web/Chart.yaml": "name: x"], "web/Chart.yaml: not simulated"),
        (
            ["web/kustomization.yaml": "{ resources: [], namePrefix: x }"],
            "web/kustomization.yaml: namePrefix is not simulated, only resources"
        ),
        (["other/x.yaml": ""], "web: path does not exist"),
    ])
    func `what cannot be rendered is an error on the application`(
        files: [String: String], words: String
    ) throws {
        let estate = try estate()
        estate.source.push("b", files)
        estate.rounds(seconds: 8)
        let status = estate.app("web")["status"]
        #expect(status?.at("sync", "status") == "Unknown")
        #expect(status?["conditions"]?[0]?["message"] == .string(words))
        #expect(estate.map("one") != nil)
    }

    @Test func `a kind nobody serves fails the sync and is tried again`() throws {
        let estate = try estate()
        estate.source.push(
            "b", ["web/x.yaml": "{ apiVersion: nobody.io/v1, kind: Thing, metadata: { name: x } }"])
        estate.rounds(seconds: 12)
        let state = estate.app("web").at("status", "operationState")
        #expect(state?["phase"] == "Failed" && state?["retryCount"] == 5)
        #expect(state?["message"]?.string?.contains("no matches for kind \"Thing\"") == true)
        let type = estate.app("web").at("status", "conditions")?[0]?["type"]
        #expect(type == "SyncError")
    }
}

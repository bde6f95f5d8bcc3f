import JSON
import Testing

@testable import LabCluster

@Suite struct FluxTests {
    private static func revision(_ name: String) -> JSONValue {
        .string("main@sha1:\(TestSource.hash(name))")
    }

    private func estate(_ objects: [JSONValue] = []) throws -> FluxEstate {
        let estate = try FluxEstate(
            [
                "root/one.yaml": FluxEstate.map("one", "1"),
                "root/deep/two.yaml": FluxEstate.map("two", "2"),
            ], objects)
        estate.rounds()
        return estate
    }

    @Test func `a Kustomization applies its path, corrects drift and prunes`() throws {
        let estate = try estate()
        #expect(estate.repository.at("status", "artifact", "revision") == Self.revision("a"))
        let root = estate.kustomization("root")
        #expect(root.isReady && root.at("status", "lastAppliedRevision") == Self.revision("a"))
        #expect(
            root.at("status", "observedGeneration") == root.at("metadata", "generation"))
        #expect(estate.map("one")?.label(FluxNames.ownerName) == "root")
        #expect(estate.map("two") != nil)

        try estate.patch(.configMaps, "one", ["data": ["mode": "drift"]], namespace: "default")
        estate.rounds()
        #expect(estate.map("one")?.at("data", "mode") == "drift")
        estate.rounds(seconds: 10)
        #expect(estate.map("one")?.at("data", "mode") == "1")

        estate.source.push("b", ["root/one.yaml": FluxEstate.map("one", "11")])
        estate.rounds()
        #expect(estate.map("one")?.at("data", "mode") == "11" && estate.map("two") == nil)
        #expect(
            estate.kustomization("root").at("status", "lastAppliedRevision") == Self.revision("b"))
    }

    @Test func `without prune, or where an object refuses, nothing is deleted`() throws {
        let estate = try estate()
        try estate.patch(.kustomizations, "root", ["spec": ["prune": false]])
        estate.source.push("b", ["root/one.yaml": FluxEstate.map("one", "1")])
        estate.rounds()
        #expect(estate.map("two") != nil)
        // It is out of the inventory now: nobody deletes it later either.
        try estate.patch(.kustomizations, "root", ["spec": ["prune": true]])
        estate.rounds()
        #expect(estate.map("two") != nil)

        let keep = ", annotations: { kustomize.toolkit.fluxcd.io/prune: Disabled }"
        estate.source.push("c", ["root/three.yaml": FluxEstate.map("three", "3", keep)])
        estate.rounds()
        estate.source.push("d", ["root/four.yaml": FluxEstate.map("four", "4")])
        estate.rounds()
        #expect(estate.map("three") != nil && estate.map("four") != nil)
        #expect(estate.map("one") == nil)
    }

    @Test func `a commit wins over a branch, and a suspended source stays where it is`() throws {
        let estate = try estate()
        estate.source.push("b", ["root/one.yaml": FluxEstate.map("one", "11")])
        try estate.patch(
            .gitRepositories, "flux-system",
            ["spec": ["ref": ["commit": .string(TestSource.hash("a"))]]])
        try estate.request(.gitRepositories, "flux-system", "r1")
        estate.rounds()
        #expect(estate.repository.at("status", "artifact", "revision") == Self.revision("a"))
        #expect(estate.repository.at("status", "lastHandledReconcileAt") == "r1")

        try estate.patch(
            .gitRepositories, "flux-system", ["spec": ["suspend": true, "ref": ["commit": .null]]])
        estate.rounds(seconds: 4)
        #expect(estate.repository.at("status", "artifact", "revision") == Self.revision("a"))
        let seen = estate.repository.at("status", "observedGeneration")
        #expect(seen != estate.repository.at("metadata", "generation"))
    }

    @Test func `a suspended Kustomization writes nothing and hears the request all the same`()
        throws
    {
        let estate = try estate()
        try estate.patch(.kustomizations, "root", ["spec": ["suspend": true]])
        estate.source.push("b", ["root/one.yaml": FluxEstate.map("one", "11")])
        try estate.request(.kustomizations, "root", "r1")
        estate.rounds(seconds: 12)
        let root = estate.kustomization("root")
        #expect(estate.map("one")?.at("data", "mode") == "1")
        #expect(root.at("status", "lastHandledReconcileAt") == "r1")
        #expect(root.at("status", "lastAppliedRevision") == Self.revision("a") && root.isReady)
    }

    @Test func `nothing works without its own controller`() throws {
        let estate = try estate()
        try estate.run("kustomize-controller", false)
        estate.source.push("b", ["root/one.yaml": FluxEstate.map("one", "11")])
        try estate.request(.kustomizations, "root", "r1")
        estate.rounds(seconds: 4)
        #expect(estate.repository.at("status", "artifact", "revision") == Self.revision("b"))
        #expect(estate.kustomization("root").at("status", "lastHandledReconcileAt") == nil)
        #expect(estate.map("one")?.at("data", "mode") == "1")
        try estate.run("source-controller", false)
        try estate.run("kustomize-controller")
        estate.source.push("c", ["root/one.yaml": FluxEstate.map("one", "111")])
        estate.rounds(seconds: 4)
        #expect(estate.map("one")?.at("data", "mode") == "11")
    }

    @Test func `a field Git no longer has goes, what others wrote stays`() throws {
        let estate = try estate()
        try estate.patch(.configMaps, "one", ["data": ["mine": "x"]], namespace: "default")
        estate.source.push(
            "b",
            [
                "root/one.yaml": """
                apiVersion: v1
                kind: ConfigMap
                metadata: { name: one, namespace: default }
                data: { other: "1" }
                """
            ])
        estate.rounds()
        #expect(estate.map("one")?["data"] == ["other": "1", "mine": "x"])
    }

    @Test(arguments: [false, true])
    func `what waits for health is not applied before, and times out, suspended or not`(
        isSuspended: Bool
    ) throws {
        let claim = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: { name: data, namespace: default }
            spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
            """
        let child = FluxEstate.kustomization(
            "child", ["wait": true, "timeout": "5m", "retryInterval": "10m"])
        let last = FluxEstate.kustomization("last", ["dependsOn": [["name": "child"]]])
        let estate = try FluxEstate(
            [
                "root/one.yaml": FluxEstate.map("one", "1"), "child/x.yaml": claim,
                "last/three.yaml": FluxEstate.map("three", "3"),
            ], [child, last])
        try estate.request(.kustomizations, "child", "r1")
        estate.rounds()
        let waiting = estate.kustomization("child")
        #expect(waiting.condition("Ready")?["status"] == "Unknown")
        #expect(waiting.at("status", "lastHandledReconcileAt") == nil)
        #expect(waiting.at("status", "lastAttemptedRevision") == Self.revision("a"))
        #expect(waiting.at("status", "lastAppliedRevision") == nil)
        #expect(
            estate.kustomization("last").condition("Ready")?["reason"] == "DependencyNotReady")
        #expect(estate.map("three") == nil)
        let suspend = { (flag: Bool) in
            guard isSuspended else { return }
            try estate.patch(.kustomizations, "child", ["spec": ["suspend": .bool(flag)]])
        }
        try suspend(true)
        estate.rounds(seconds: 5)
        let failed = estate.kustomization("child")
        #expect(failed.condition("Ready")?["reason"] == "HealthCheckFailed")
        #expect(failed.condition("Reconciling")?["reason"] == "ProgressingWithRetry")
        try suspend(false)

        try estate.cluster.update { world in
            var claim = world.object(.persistentVolumeClaims, "default", "data") ?? [:]
            claim.set("status", "phase", to: "Bound")
            return [.put(claim)]
        }
        estate.rounds(seconds: 14)
        #expect(estate.kustomization("child").isReady && estate.map("three") != nil)
        #expect(estate.kustomization("child").at("status", "lastHandledReconcileAt") == "r1")
    }

    @Test(arguments: [true, false])
    func `a deleted Kustomization takes along what it brought, unless suspended`(
        suspended: Bool
    ) throws {
        let estate = try estate()
        try estate.patch(.kustomizations, "root", ["spec": ["suspend": .bool(suspended)]])
        estate.rounds()
        let root = estate.kustomization("root"), now = estate.now
        try estate.cluster.update { _ in Deletion.writes(of: root, grace: nil, now: now) }
        estate.rounds()
        #expect(estate.kustomization("root") == [:])
        #expect((estate.map("one") != nil) == suspended)
    }

    @Test func `a HelmRelease is refused in its status, unless it is suspended`() throws {
        func release(_ name: String, _ suspend: Bool) -> JSONValue {
            [
                "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
                "metadata": ["name": .string(name), "namespace": "default"],
                "spec": ["interval": "10m", "suspend": .bool(suspend)],
            ]
        }
        let estate = try estate([release("held", true), release("cilium", false)])
        let releases = estate.cluster.objects(.helmReleases)
        #expect(releases[0].condition("Ready")?["reason"] == "NotSimulated")
        #expect(releases[1].condition("Ready") == nil)
    }

    @Test(arguments: [
        ("root/x.yaml", "kind: [", "BuildFailed"),
        ("root/kustomization.yaml", "{ resources: [], patches: [] }", "BuildFailed"),
        (
            "root/x.yaml", "{ apiVersion: nobody.io/v1, kind: Thing, metadata: { name: x } }",
            "ReconciliationFailed"
        ),
    ])
    func `what cannot be applied says so and keeps what is there`(
        path: String, text: String, reason: String
    ) throws {
        let estate = try estate()
        estate.source.push("b", [path: text])
        estate.rounds()
        let root = estate.kustomization("root")
        #expect(root.condition("Ready")?["reason"] == .string(reason))
        #expect(root.at("status", "lastAppliedRevision") == Self.revision("a"))
        #expect(estate.map("one") != nil)
    }

    @Test func `without its Secret a repository is not read, and what was read goes on`() throws {
        let estate = try estate()
        try estate.patch(
            .gitRepositories, "flux-system", ["spec": ["secretRef": ["name": "deploy-key"]]])
        estate.source.push("b", ["root/one.yaml": FluxEstate.map("one", "11")])
        estate.rounds()
        let ready = estate.repository.condition("Ready")
        #expect(ready?["status"] == "False" && ready?["reason"] == "AuthenticationFailed")
        #expect(
            ready?["message"] == """
                failed to get secret 'flux-system/deploy-key': secrets "deploy-key" not found
                """)
        #expect(estate.repository.at("status", "artifact", "revision") == Self.revision("a"))
        #expect(estate.kustomization("root").isReady)
        #expect(estate.map("one")?.at("data", "mode") == "1")
        try estate.cluster.put([
            "apiVersion": "v1", "kind": "Secret",
            "metadata": ["name": "deploy-key", "namespace": "flux-system"],
        ])
        estate.rounds()
        #expect(estate.repository.isReady && estate.repository.condition("FetchFailed") == nil)
        #expect(estate.map("one")?.at("data", "mode") == "11")
    }

    @Test func `a source that does not answer says so`() throws {
        let estate = try estate()
        estate.source.breakDown()
        estate.rounds()
        #expect(estate.repository.condition("Ready")?["reason"] == "GitOperationFailed")
        #expect(estate.repository.at("status", "artifact", "revision") == Self.revision("a"))
    }

    @Test(arguments: [("10m", 600), ("1h30m", 5400), ("45s", 45)])
    func `lengths of time are read as Go writes them`(text: String, seconds: Int) {
        #expect(FluxPace.duration(text) == .seconds(seconds))
    }

    @Test(arguments: ["", "5", "m", "1d", "-1s"])
    func `anything else is none`(text: String) { #expect(FluxPace.duration(text) == nil) }
}

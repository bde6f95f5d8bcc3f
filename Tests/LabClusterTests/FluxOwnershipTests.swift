import JSON
import Testing

@testable import LabCluster

/// Who wrote a field decides whether the next reconciliation takes it back.
@Suite struct FluxOwnershipTests {
    private static let child = """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: { name: child, namespace: flux-system }
        spec:
          interval: 10m
          path: ./child
          prune: true
          sourceRef: { kind: GitRepository, name: flux-system }
        """
    private static let source = """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: { name: flux-system, namespace: flux-system }
        spec: { url: x, interval: 1m, ref: { branch: main } }
        """

    private func estate() throws -> FluxEstate {
        let estate = try FluxEstate([
            "root/child.yaml": Self.child, "root/source.yaml": Self.source,
            "child/one.yaml": FluxEstate.map("one", "1"),
        ])
        estate.rounds(seconds: 4)
        return estate
    }

    @Test(arguments: [("kubectl-patch", false), ("flux-client-side-apply", true)])
    func `a suspension holds if it is written under Flux's own name`(
        manager: String, holds: Bool
    ) throws {
        let estate = try estate()
        #expect(estate.map("one") != nil)
        try estate.patch(
            .kustomizations, "child", ["spec": ["suspend": true]], manager: manager,
            fields: ["f:spec": ["f:suspend": [:]]])
        estate.rounds(seconds: 12)
        let child = estate.kustomization("child")
        #expect(child.isSuspended == holds && child.at("spec", "path") == "./child")
    }

    @Test func `the root erases a pin kubectl made, and what Git says wins in any case`() throws {
        let estate = try estate()
        let pin: JSONValue = ["spec": ["ref": ["commit": .string(TestSource.hash("a"))]]]
        try estate.patch(
            .gitRepositories, "flux-system", pin, manager: "kubectl-patch",
            fields: ["f:spec": ["f:ref": ["f:commit": [:]]]])
        estate.rounds(seconds: 12)
        #expect(estate.repository.at("spec", "ref") == ["branch": "main"])

        try estate.patch(
            .kustomizations, "child", ["spec": ["prune": false]],
            manager: "flux-client-side-apply", fields: ["f:spec": ["f:prune": [:]]])
        estate.rounds(seconds: 12)
        #expect(estate.kustomization("child").at("spec", "prune") == true)
    }

    @Test func `a root that brings itself keeps its finalizer`() throws {
        let itself = """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: { name: root, namespace: flux-system }
            spec:
              interval: 10m
              path: ./root
              prune: true
              sourceRef: { kind: GitRepository, name: flux-system }
            """
        let estate = try FluxEstate(["root/self.yaml": itself])
        estate.rounds()
        let root = estate.kustomization("root")
        #expect(root.isReady && root.finalizers == [FluxNames.finalizer])
        #expect(root.label(FluxNames.ownerName) == "root")
    }

    @Test func `a resumed object equals one that never was suspended, a suspended one does not`() {
        func object(_ suspend: JSONValue?, _ request: String?) -> JSONValue {
            var object = FluxEstate.kustomization("root")
            object.set("spec", "suspend", to: suspend)
            if let request {
                object.set(
                    "metadata", "annotations", FluxNames.requested, to: .string(request))
            }
            return IgnoredPaths.stripped(object)
        }
        #expect(object(false, "now") == object(nil, nil))
        #expect(object(true, nil) != object(nil, nil))
    }

    @Test func `fields of a manager are taken out of maps and lists`() {
        let object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": [
                "name": "x", "labels": ["a": "1", "b": "2"],
                "managedFields": [
                    [
                        "manager": "kubectl-edit", "operation": "Update",
                        "fieldsV1": [
                            "f:metadata": ["f:labels": ["f:a": [:]]],
                            "f:spec": [
                                "f:containers": [
                                    "k:{\"name\":\"c\"}": [".": [:], "f:image": [:]]
                                ]
                            ],
                        ],
                    ],
                    ["manager": "k3s", "operation": "Update", "fieldsV1": ["f:status": [:]]],
                    [
                        "manager": "kubectl", "operation": "Update", "subresource": "status",
                        "fieldsV1": ["f:status": [:]],
                    ],
                ],
            ],
            "spec": [
                "containers": [["name": "c", "image": "i"], ["name": "d", "image": "j"]]
            ], "status": ["replicas": 1],
        ]
        let rest = FieldManagers.removing("kubectl", from: object)
        #expect(rest.at("metadata", "labels") == ["b": "2"])
        #expect(rest.at("spec", "containers")?[0] == ["name": "c"])
        #expect(rest.at("spec", "containers")?[1] == ["name": "d", "image": "j"])
        #expect(rest["status"] == ["replicas": 1])
        #expect(rest.at("metadata", "managedFields")?.array?.count == 2)
    }
}

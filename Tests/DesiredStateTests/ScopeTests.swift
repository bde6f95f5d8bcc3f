import DesiredState
import JSON
import Testing

/// In which namespace objects come to lie.
@Suite struct ScopeTests {
    private func object(_ kind: String, _ version: String, namespace: String? = nil) -> JSONValue {
        var metadata: JSONValue = ["name": "x"]
        metadata["namespace"] = namespace.map(JSONValue.string)
        return ["apiVersion": .string(version), "kind": .string(kind), "metadata": metadata]
    }

    @Test(arguments: [
        ("FelixConfiguration", "crd.projectcalico.org/v1"),
        ("VolumeSnapshotContent", "snapshot.storage.k8s.io/v1"),
        ("CiliumEgressGatewayPolicy", "cilium.io/v2"), ("BGPPeer", "projectcalico.org/v3"),
        ("ClusterIssuer", "cert-manager.io/v1"),
    ])
    func `well-known kinds without a namespace have none`(_ kind: String, _ version: String) {
        let found = inventory(["home/a.yaml": manifest(kind, "x", version: version)])
        #expect(found.objects.map(\.name.namespace) == [""])
    }

    @Test func `a kind nobody knows lies where the cluster has it`() {
        let wanted = inventory([
            "home/a.yaml": manifest("Gadget", "x", version: "example.org/v1"),
            "home/b.yaml": manifest("BGPPeer", "x", version: "metallb.io/v1beta2"),
        ])
        func signs(_ objects: [JSONValue]) -> [String] {
            Preview(wanted, live: .init(objects: objects, silences: [:])).changes
                .map { "\($0.sign.rawValue) \($0.name)" }
        }
        let peer = object("BGPPeer", "metallb.io/v1beta2", namespace: "default")
        #expect(signs([object("Gadget", "example.org/v1"), peer]) == [])
        #expect(signs([object("Gadget", "example.org/v1", namespace: "default"), peer]) == [])
        #expect(signs([peer]) == ["+ Gadget.example.org default/x"])
        // What an engine calls its own says so as well.
        let root: JSONValue = [
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": ["name": "root", "namespace": "flux-system"],
            "status": ["inventory": ["entries": [["id": "_x_example.org_Gadget", "v": "v1"]]]],
        ]
        #expect(signs([root, peer]) == ["+ Gadget.example.org x"])
    }

    @Test func `a folder brought to two namespaces is two objects of each manifest`() {
        let found = inventory([
            "home/a.yaml": kustomization("one", path: "app", ", targetNamespace: one") + "---\n"
                + kustomization("two", path: "app", ", targetNamespace: two") + "---\n"
                + kustomization("again", path: "app", ", targetNamespace: two"),
            "app/a.yaml": manifest("Service", "web") + "---\n" + manifest("Namespace", "n"),
        ])
        let app = found.objects.filter { $0.file == "app/a.yaml" }
        #expect(
            app.map(\.name.description) == ["Service one/web", "Service two/web", "Namespace n"])
        #expect(app.map(\.bringers.count) == [1, 2, 3])
        #expect(app.allSatisfy { $0.standing == .plain })
    }

    @Test func `a root that stands in its own folder says where the folder goes`() {
        let found = inventory([
            "home/root.yaml": kustomization("root", path: "home", ", targetNamespace: team"),
            "home/a.yaml": manifest("Service", "web"),
        ])
        #expect(found.objects.map(\.name.namespace) == ["team", "team"])
    }
}

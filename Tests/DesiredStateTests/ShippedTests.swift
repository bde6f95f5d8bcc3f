import DesiredState
import Testing

/// The desired states of the estates this repository ships.
@Suite struct ShippedTests {
    private func inventory(_ estate: String, _ path: String, isDeep: Bool) throws -> Inventory {
        Inventory(
            files: try Shipped.files(estate), path: path, isDeep: isDeep, urls: ["lab:repository"])
    }

    private func codes(_ inventory: Inventory, _ engine: String, registry: String? = nil) -> Set<
        String
    > {
        var setting = DesiredCheck.Setting()
        setting.engine = engine
        setting.distribution = "k3s"
        setting.registries = Set([registry].compactMap { $0 })
        return Set(DesiredCheck(inventory, setting).findings.map(\.code))
    }

    @Test func `flux-cilium is followed from its root, and its pin is lost with the root`() throws {
        let found = try inventory("flux-cilium", "clusters/flux-cilium", isDeep: true)
        #expect(found.faults.isEmpty)
        #expect(found.unrendered.isEmpty)
        #expect(found.objects.allSatisfy { $0.standing == .plain })
        #expect(
            Set(found.bringers.map(\.path)) == ["clusters/flux-cilium", "apps", "infrastructure"])
        let found2 = codes(found, "flux")
        #expect(found2.contains("DS-UNPIN"))
        #expect(found2.contains("DS-PRUNE"))
        #expect(!found2.contains("DS-EMPTY"))
    }

    @Test func `lumie's own registry is found by its route alone`() throws {
        let found = try inventory("lumie", "apps", isDeep: false)
        #expect(found.faults.isEmpty)
        #expect(found.objects.allSatisfy { $0.standing == .plain })
        #expect(found.bringers.count == 6)
        let images = found.images.filter { $0.registry == "zot.lumie-infra.com" }
        #expect(images.map(\.reference) == ["zot.lumie-infra.com/drill/web:1.0"])
        let codes = codes(found, "argocd")
        #expect(codes.isSuperset(of: ["DS-REGISTRY", "DS-CHILD", "DS-PRUNE", "DS-RENDER"]))
        #expect(!codes.contains("DS-STORAGE"))
        #expect(found.storageClassesUsed.keys.contains("local-path"))
    }

    @Test func `rpi-ha brings its own storage class, and objects lie where Applications say`()
        throws
    {
        let found = try inventory(
            "rpi-ha", "kubernetes/argocd/applications/", isDeep: false)
        #expect(found.faults.isEmpty)
        #expect(found.objects.allSatisfy { $0.standing == .plain })
        #expect(found.bringers.count == 7)
        #expect(found.storageClassesUsed.keys.contains("longhorn"))
        #expect(found.objects.contains { $0.name.description == "StatefulSet.apps notes/notes" })
    }
}

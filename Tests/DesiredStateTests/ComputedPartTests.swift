import DesiredState
import Estates
import JSON
import RecoveryEngine
import Testing

/// What is computed of files that lie elsewhere, and what of it differs.
@Suite struct ComputedPartTests {
    private let overlay = "resources: [../../base, ../../lone/a.yaml]\nnamePrefix: x-\n"

    /// The state of a source that builds with folders beside its own.
    private func origin() throws -> Origin {
        let origin = try Origin()
        try origin.commit(overlay, to: "home/web/kustomization.yaml")
        try origin.commit("resources: [a.yaml]\n", to: "base/kustomization.yaml")
        try origin.commit(manifest("Service", "base"), to: "base/a.yaml")
        try origin.commit(manifest("Service", "lone"), to: "lone/a.yaml")
        try origin.commit("{{ not yaml", to: "lone/other.yaml")
        return origin
    }

    private func read(_ origin: Origin, _ commit: String) throws -> Inventory {
        _ = try origin.reach().head(of: origin.binding(), name: "state", attempt: "look")
        return try origin.reach().inventory(of: commit, origin.binding(), name: "state")
    }

    @Test func `what a kustomization takes from beside its folder is fetched and read`() throws {
        let origin = try origin()
        let commit = try origin.commit(
            manifest("Pod", "p", "spec: { containers: [{ name: c, image: \"app:1\" }] }\n"),
            to: "base/pod.yaml")
        let found = try read(origin, commit)
        #expect(found.faults.isEmpty)
        let standing = Dictionary(
            uniqueKeysWithValues: found.objects.map { ($0.name.name, $0.standing) })
        #expect(standing == ["base": .input, "lone": .input, "p": .leftOut])
        #expect(found.unrendered.map(\.why) == ["namePrefix"])
        // One that only lists changes nothing of what it lists.
        let plain = try origin.commit(
            "resources: [../../base]\n", to: "home/web/kustomization.yaml")
        #expect(try read(origin, plain).wanted.map(\.standing) == [.plain])
    }

    @Test func `a pin refuses what lies there`() throws {
        let origin = try origin()
        #expect(try origin.pin().facts?["objects"] == 2)
        try origin.run("/bin/ln", ["-s", "/etc/passwd", origin.source + "/base/link.yaml"])
        try origin.commit(manifest("Service", "base"), to: "base/a.yaml")
        #expect(try origin.pin(attempt: "a2").refutation?.hasPrefix("GT-TREE") == true)
        try origin.git("rm", "--quiet", "base/link.yaml")
        try origin.commit("a: 1\na: 2\n", to: "base/a.yaml")
        #expect(try origin.pin(attempt: "a3").refutation?.contains("base/a.yaml:2") == true)
        try origin.commit(
            "resources: [../../gone, ../../../../out, ../../base/x.yaml]\n",
            to: "home/web/kustomization.yaml")
        let facts = try #require(try origin.pin(attempt: "a4").facts)
        #expect(facts["not-rendered"] == 3)
    }

    @Test func `a folder of which only a part was read is read whole`() throws {
        let origin = try origin()
        try origin.commit(
            "resources: [../../base/sub]\n", to: "home/other/kustomization.yaml")
        try origin.commit(manifest("Service", "sub"), to: "base/sub/a.yaml")
        let commit = try origin.commit(
            "resources: [a.yaml]\n", to: "base/sub/kustomization.yaml")
        #expect(
            Set(try read(origin, commit).wanted.map(\.name.name)) == ["base", "lone", "sub"])
    }

    // MARK: differences

    private func difference(_ old: [String: String], _ new: [String: String]) -> [String] {
        let parts = InventoryDifference(
            from: inventory(old, path: "home"), to: inventory(new, path: "home")
        ).parts
        return parts.map(\.description)
    }

    @Test func `files of a computed part that differ are told, manifests or not`() {
        let old = [
            "home/web/kustomization.yaml": "resources: [../../base]\nimages: [{ newTag: \"1\" }]\n",
            "home/web/patch.yaml": "spec: 1\n", "base/a.yaml": manifest("Service", "a"),
            "base/kustomization.yaml": "resources: [a.yaml]\n", "base/app.conf": "a",
            "home/chart/Chart.yaml": "name: c\n", "home/chart/values.yaml": "a: 1\n",
            "home/chart/templates/x.yaml": "{{ a }}", "home/bundle/fleet.yaml": "helm: {}\n",
        ]
        #expect(difference(old, old).isEmpty)
        var new = old
        new["home/web/kustomization.yaml"] =
            "resources: [../../base]\nimages: [{ newTag: \"2\" }]\n"
        new["home/web/patch.yaml"] = nil
        #expect(
            difference(old, new) == [
                "not rendered: kustomize in home/web: 2 files differ (kustomization.yaml, patch.yaml)"
            ])
        new = old
        new["base/app.conf"] = "b"
        #expect(
            difference(old, new) == [
                "not rendered: kustomize in home/web: 1 file differs (base/app.conf)"
            ])
        new = old
        new["home/chart/templates/x.yaml"] = "{{ b }}"
        new["home/chart/values.yaml"] = "a: 2\n"
        new["home/bundle/fleet.yaml"] = "helm: { releaseName: x }\n"
        #expect(
            difference(old, new) == [
                "not rendered: fleet in home/bundle: 1 file differs (fleet.yaml)",
                "not rendered: helm in home/chart: 2 files differ (templates/x.yaml, values.yaml)",
            ])
    }

    @Test func `an Application with values of its own, and a part that is new`() {
        let old = [
            "home/a.yaml": application("web", path: "web", ", helm: { values: x }"),
            "web/notes.txt": "1", "web/a.yaml": manifest("Service", "a"),
        ]
        var new = old
        new["web/notes.txt"] = "2"
        new["home/kept/Chart.yaml"] = "name: c\n"
        #expect(
            difference(old, new) == [
                "not rendered: helm in Application argocd/web: 1 file differs (web/notes.txt)",
                "not rendered: helm in home/kept: 1 file differs (Chart.yaml)",
            ])
    }

    @Test func `blobs of files that are no manifests come with the commit`() throws {
        let origin = try origin()
        let old = try origin.commit("1", to: "base/app.conf")
        let new = try origin.commit("2", to: "base/app.conf")
        let difference = InventoryDifference(
            from: try read(origin, old), to: try read(origin, new))
        #expect(difference.changes.isEmpty)
        #expect(!difference.isEmpty)
        #expect(
            difference.parts.map(\.json) == [
                [
                    "sign": "~", "not-rendered": "kustomize", "place": "home/web",
                    "files": ["base/app.conf"],
                ]
            ])
    }

    @Test func `what goes stands first in a list and is never cut off`() {
        let files = { (names: [String]) in
            inventory([
                "home/a.yaml": names.map { manifest("Namespace", $0) }.joined(separator: "---\n")
            ])
        }
        let difference = InventoryDifference(
            from: files(["x", "y", "z"]), to: files(["a", "b"]))
        let list = ChangeList(difference.changes)
        #expect(
            list.lines(2, command: "see").map { $0.prefix(13) }
                == ["- Namespace x", "- Namespace y", "- Namespace z", "and 2 more: s"])
        #expect(list.lines(4, command: "see").count == 5)
        #expect(list.lines(.max, command: "see").count == 5)
    }
}

import DesiredState
import Estates
import JSON
import RecoveryEngine
import Testing

@Suite struct PinTests {
    let origin: Origin

    init() throws { origin = try Origin() }

    @Test func `a commit with a manifest that does not parse is not pinned`() throws {
        let good = try origin.commit(manifest("Namespace", "x"))
        try origin.commit("a: 1\na: 2\n", to: "home/deep/b.yml")
        let refutation = try #require(try origin.pin().refutation)
        #expect(refutation.hasPrefix("GT-MANIFEST"))
        #expect(refutation.contains("home/deep/b.yml:2: RB-DUPKEY"))
        try origin.git("reset", "--quiet", "--hard", good)
        let pinned = try #require(try origin.pin().facts)
        #expect(pinned["objects"] == 1)
        #expect(pinned["not-rendered"] == 0)
    }

    @Test func `a template of a chart is not YAML and no reason to refuse`() throws {
        try origin.commit("name: chart\n", to: "home/chart/Chart.yaml")
        try origin.commit("{{ if .Values.x }}\n", to: "home/chart/templates/a.yaml")
        #expect(try origin.pin().facts?["not-rendered"] == 1)
    }

    @Test func `folders that are brought are read by the same rules as the source's own`() throws {
        try origin.commit(
            application("web", path: "teams/web")
                .replacing("git@git.example:state.git", with: "file://\(origin.source)"))
        let commit = try origin.commit(
            manifest("Service", "web"), to: "teams/web/a.yaml")
        _ = try origin.reach().head(of: origin.binding(), name: "state", attempt: "look")
        let estate = Estate(facts: [
            "clusters": [["gitops": ["engine": "argocd", "source": "state"]]]
        ])
        let found = try origin.reach(estate).inventory(
            of: commit, origin.binding(), name: "state")
        #expect(found.objects.map(\.name.description).contains("Service web/web"))
        #expect(found.unrendered.isEmpty)
        try origin.run("/bin/ln", ["-s", "/etc/passwd", origin.source + "/teams/web/link.yaml"])
        try origin.commit(manifest("Service", "web"), to: "teams/web/a.yaml")
        #expect(try origin.pin().refutation?.hasPrefix("GT-TREE") == true)
        try origin.git("rm", "--quiet", "-r", "teams")
        try origin.commit(manifest("Namespace", "y"), to: "home/y.yaml")
        #expect(try origin.pin().facts != nil)
    }

    @Test func `a pin reads what the cluster calls by another address of the repository`() throws {
        let estate = Estate(facts: [
            "clusters": [
                ["name": "a", "gitops": ["source": "state", "url": "http://gitea.svc/ops/state"]],
                ["name": "b", "gitops": ["source": "state", "url": "unknown"]],
                ["name": "c", "gitops": ["source": "other", "url": "http://gitea.svc/ops/other"]],
            ]
        ])
        #expect(estate.sourceUses["state"]?.urls == ["http://gitea.svc/ops/state"])
        try origin.commit("a: 1\na: 2\n", to: "teams/web/broken.yaml")
        try origin.commit(
            application("web", path: "teams/web")
                .replacing("git@git.example:state.git", with: "http://gitea.svc/ops/state.git"))
        func pin(_ estate: Estate?, _ attempt: String) throws -> Pinning {
            try origin.reach(estate).pin(
                origin.binding(), name: "state", after: Pins(), attempt: attempt)
        }
        #expect(try pin(estate, "a1").refutation?.contains("teams/web/broken.yaml:2") == true)
        #expect(try pin(nil, "a2").facts?["not-rendered"] == 1)
    }

    @Test func `a pin counts what the engine brings, and reads all the same what it does not`()
        throws
    {
        try origin.commit(manifest("Namespace", "x"))
        try origin.commit(manifest("Namespace", "deep"), to: "home/deep/a.yaml")
        func pin(_ engine: String, _ attempt: String) throws -> Pinning {
            let cluster: JSONValue = ["gitops": ["engine": .string(engine), "source": "state"]]
            return try origin.reach(Estate(facts: ["clusters": [cluster]])).pin(
                origin.binding(), name: "state", after: Pins(), attempt: attempt)
        }
        #expect(try pin("argocd", "a1").facts?["objects"] == 1)
        #expect(try pin("flux", "a2").facts?["objects"] == 2)
        try origin.commit("a: 1\na: 2\n", to: "home/deep/a.yaml")
        #expect(try pin("argocd", "a3").refutation?.hasPrefix("GT-MANIFEST") == true)
    }

    @Test func `a commit that was never here cannot be read`() throws {
        try origin.commit("a: 1")
        _ = try origin.pin()
        #expect(throws: ReachRefusal.self) {
            try origin.reach().commit(
                String(repeating: "0", count: 40), origin.binding(), name: "state")
        }
    }
}

import Digest
import JSON
import Testing

@testable import LabCluster

/// Repositories Argo CD reaches by ssh, with and without the Secret that has their key.
@Suite struct ArgoSecretTests {
    private func secret(_ type: String, url: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret",
            "metadata": [
                "name": "key", "namespace": "argocd",
                "labels": ["argocd.argoproj.io/secret-type": .string(type)],
            ],
            "data": [
                "url": .string(Base64.encode(Array(url.utf8))), "sshPrivateKey": "eA==",
            ],
        ]
    }

    private func estate(_ url: String, _ objects: [JSONValue]) throws -> ArgoEstate {
        var application = ArgoEstate.application("web", path: "web")
        application.set("spec", "source", "repoURL", to: .string(url))
        return try ArgoEstate(["web/a.yaml": ArgoEstate.map("a", "1")], [application] + objects)
    }

    @Test func `a lost repository Secret stops an application, not what it brought`() throws {
        let estate = try estate(
            "git@git.invalid:team/platform.git",
            [secret("repository", url: "ssh://git@git.invalid/team/platform")])
        estate.rounds()
        #expect(estate.app("web").at("status", "sync", "status") == "Synced")
        try estate.cluster.remove(.secrets, namespace: "argocd", name: "key")
        estate.source.push("b", ["web/a.yaml": ArgoEstate.map("a", "2")])
        try estate.patch(
            "web", ["metadata": ["annotations": [ArgoNames.refresh: "hard"]]])
        estate.rounds()
        let lost = estate.app("web")
        #expect(lost.at("status", "sync", "status") == "Unknown")
        let condition = lost.at("status", "conditions")?.array?.first
        #expect(condition?["type"] == "ComparisonError")
        #expect(condition?["message"]?.string?.hasSuffix(DeployKey.missing) == true)
        #expect(estate.map("a")?.at("data", "mode") == "1")
        try estate.cluster.put(secret("repo-creds", url: "git@git.invalid:team"))
        try estate.patch(
            "web", ["metadata": ["annotations": [ArgoNames.refresh: "hard"]]])
        estate.rounds()
        #expect(estate.map("a")?.at("data", "mode") == "2")
        #expect(estate.app("web").at("status", "sync", "status") == "Synced")
    }

    @Test(arguments: [
        ("https://git.invalid/a.git", "repository", "https://git.invalid/b", true),
        ("ssh://git@git.invalid/a", "repository", "git@git.invalid:b.git", false),
        ("git@git.invalid:a", "cluster", "git@git.invalid:a", false),
        ("git@git.invalid:a", "repository", "git@git.invalid:a.git", true),
        ("git@git.invalid:team/a", "repository", "git@git.invalid:team", false),
    ]) func `only ssh needs a key, and its own`(
        url: String, type: String, known: String, isRead: Bool
    ) throws {
        let estate = try estate(url, [secret(type, url: known)])
        estate.rounds()
        #expect((estate.map("a") != nil) == isRead)
    }
}

import Estates
import JSON
import Testing
import YAML

@Suite struct `A drafted estate` {
    private func draft(
        _ labels: JSONValue, classes: ObservedSection = .items(["b": [:], "a": [:]])
    )
        -> EstateDraft
    {
        EstateDraft(
            name: "fresh", api: "https://10.0.0.1:6443", kubeconfig: "/k", context: "c",
            authority: "/ca.pem", authorityDigest: String(repeating: "a", count: 64),
            seen: [
                "identity": .items(["uid": "the-uid"]),
                "server": .items(["version": "v1.34.3+k3s1"]),
                "nodes": .items([
                    "n1": [
                        "version": "v1", "internal": "10.0.0.1", "labels": labels,
                        "taints": ["a=b:NoExecute"],
                    ],
                    "n2": ["labels": ["own: {": "\" # \n", "kubernetes.io/os": "linux"]],
                ]), "storage-classes": classes,
                "definitions": .items(["applications.argoproj.io": [:]]),
            ])
    }

    private func read(_ text: String) throws -> Estate {
        try Files.with(text) { path in try Estate(reading: path) }
    }

    @Test func `loads, and leaves unknown what only a person knows`() throws {
        let draft = draft(["node-role.kubernetes.io/control-plane": "true"])
        let estate = try read(draft.estate)
        for (path, value) in [
            ("clusters fresh distribution", "k3s"), ("clusters fresh version", "v1.34.3+k3s1"),
            ("clusters fresh gitops engine", "argocd"), ("nodes n1 role", "server"),
            ("nodes n2 role", "worker"), ("nodes n1 address internal", "10.0.0.1"),
        ] {
            #expect(estate.stated(path) == value, "\(path)")
        }
        #expect(estate.fact("clusters fresh storage-classes") == ["a", "b"])
        #expect(estate.fact("nodes n1 taints") == ["a=b:NoExecute"])
        // What somebody else wrote stays a label, and makes no other line.
        #expect(estate.fact("nodes n2 labels") == ["own: {": "\" # \n"])
        for path in ["owner", "clusters fresh owner", "clusters fresh environment", "backups"] {
            #expect(estate.fact(path) == Estate.unknown, "\(path)")
        }
        #expect(EstateDraft.questions.allSatisfy { !$0.arguments.contains("secrets") })
    }

    @Test func `calls nobody a worker where nobody is a server`() throws {
        let estate = try read(draft([:], classes: .cannotTell("forbidden")).estate)
        #expect(estate.fact("nodes n1 role") == Estate.unknown)
        #expect(estate.fact("clusters fresh storage-classes") == Estate.unknown)
    }

    @Test func `has a binding that names the credentials' place and loads`() throws {
        let text = draft([:]).binding
        try Files.with(text) { path in
            let binding = try Binding(reading: path)
            #expect(binding.clusters["fresh"]?.uid == "the-uid")
            #expect(binding.clusters["fresh"]?.context == "c")
            #expect(binding.clusters["fresh"]?.kubeconfig == "/k")
            #expect(binding.hosts.isEmpty)
        }
    }
}

import Patterns
import Testing
import YAML

/// When an Argo CD application counts as synced before it has pruned.
@Suite struct OutOfSyncTests {
    /// Of `sync/synced resources/what the others require`, as argocd-sync asks it.
    private func holds(_ text: String) throws -> Bool {
        let fragment = String(
            decoding: try SourceFile.read(path: "\(root)/runbooks/fragments/argocd-sync.yaml"),
            as: UTF8.self)
        let start = try #require(fragment.firstRange(of: "matches: \"^(Synced"))
        let rest = fragment[start.lowerBound...].dropFirst("matches: \"".count)
        let pattern = try Pattern(String(rest.prefix { $0 != "\"" }))
        return pattern.matches(text)
    }

    @Test(arguments: ["Synced/++/", "Synced//", "Synced/+/true,", "OutOfSync/+/true,true,"])
    func `in sync, or out of it only by what is to go`(_ text: String) throws {
        #expect(try holds(text))
    }

    /// The second is a commit of which nothing was rendered.
    @Test(arguments: ["OutOfSync/+/true,,", "OutOfSync//true,true,", "OutOfSync/+/", "Unknown/+/"])
    func `nothing else counts`(_ text: String) throws {
        #expect(try !holds(text))
    }
}

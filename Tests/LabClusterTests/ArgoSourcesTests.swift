import JSON
import Testing

@testable import LabCluster

/// An Application with more than one source.
@Suite struct ArgoSourcesTests {
    private static let a = JSONValue.string(TestSource.hash("a"))
    private static let b = JSONValue.string(TestSource.hash("b"))

    private func application(_ paths: String...) -> JSONValue {
        var application = ArgoEstate.application("both", path: "", policy: nil)
        application.set("spec", "source", to: nil)
        application.set(
            "spec", "sources",
            to: .array(
                paths.map {
                    ["repoURL": .string($0), "targetRevision": "main", "path": .string($0)]
                }))
        return application
    }

    @Test func `each source has a revision of its own, in the status and in a sync`() throws {
        let estate = try ArgoEstate(
            [
                "web/one.yaml": ArgoEstate.map("one", "1"),
                "more/two.yaml": ArgoEstate.map("two", "2"),
            ], [application("web", "more")])
        estate.rounds()
        func status(_ path: String...) -> JSONValue? {
            path.reduce(estate.app("both")["status"]) { $0?[$1] }
        }
        #expect(status("sync", "revisions") == [Self.a, Self.a])
        #expect(status("sync", "revision") == nil && status("sync", "status") == "OutOfSync")
        #expect(status("sync", "comparedTo", "sources")?.array?.count == 2)
        estate.source.push(
            "b",
            [
                "web/one.yaml": ArgoEstate.map("one", "11"),
                "more/two.yaml": ArgoEstate.map("two", "22"),
            ])
        func sync(_ revisions: JSONValue...) throws {
            let sync: JSONValue = [
                "revisions": .array(revisions), "syncOptions": ["CreateNamespace=true"],
            ]
            try estate.patch("both", ["operation": ["sync": sync]])
            estate.rounds(seconds: 8)
        }
        func modes() -> [JSONValue?] {
            ["one", "two"].map { estate.map($0)?.at("data", "mode") }
        }
        try sync(Self.a, Self.b)
        #expect(modes() == ["1", "22"])
        #expect(status("operationState", "syncResult", "revisions") == [Self.a, Self.b])
        #expect(status("operationState", "syncResult", "revision") == nil)
        // The branches are elsewhere: a pin of one operation is none of the next look.
        #expect(status("sync", "revisions") == [Self.b, Self.b])
        #expect(status("sync", "status") == "OutOfSync")
        try sync(Self.b, Self.a)
        #expect(modes() == ["11", "2"])
        #expect(status("operationState", "syncResult", "revisions") == [Self.b, Self.a])
        // A history entry tells the revisions apart too.
        #expect(status("history")?.array?.last?["revisions"] == [Self.b, Self.a])
    }
}

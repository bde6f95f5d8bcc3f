import DesiredState
import JSON
import Testing

@Suite struct FollowedBranchTests {
    private func object(_ kind: String, _ name: String, _ spec: JSONValue) -> JSONValue {
        [
            "kind": .string(kind), "metadata": ["name": .string(name), "namespace": "n"],
            "spec": spec,
        ]
    }

    private func followed(_ engine: String, _ objects: JSONValue...) -> FollowedBranch? {
        FollowedBranch(
            ["engine": .string(engine), "root": "r", "repository": "r", "namespace": "n"],
            in: objects)
    }

    @Test func `it is read of each engine's own object`() {
        let argocd = followed(
            "argocd", object("Application", "child", ["source": ["targetRevision": "x"]]),
            object("Application", "r", ["source": ["targetRevision": "production"]]))
        #expect(argocd?.subject == "Application r" && argocd?.name == "production")
        let flux = followed("flux", object("GitRepository", "r", ["ref": ["branch": "main"]]))
        #expect(flux?.name == "main")
        let fleet = followed("fleet", object("GitRepo", "r", ["branch": "refs/heads/main"]))
        #expect(fleet?.name == "main")
        #expect(followed("fleet") == nil)
    }

    @Test func `another branch is none to hand back to, a pin and HEAD are`() {
        func mayBe(_ name: JSONValue) -> Bool? {
            followed("fleet", object("GitRepo", "r", ["branch": name]))?
                .mayBe("main", "v1.2")
        }
        #expect(mayBe("main") == true && mayBe("HEAD") == true && mayBe("") == true)
        #expect(mayBe("v1.2") == true)
        #expect(mayBe(.string(String(repeating: "0a", count: 20))) == true)
        #expect(mayBe("production") == false && mayBe("main2") == false)
    }
}

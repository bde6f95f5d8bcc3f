import JSON
import Runbooks
import Testing

@testable import RecoveryEngine

/// Lists found during the run.
@Suite struct `A list found during the run` {
    private func each(_ except: String? = nil, after: String? = "/dependsOn") throws -> Each {
        let list = try #require(FactPath("read.children"))
        return Each(
            name: "child", list: list, except: try except.map { try Template($0) },
            order: after.map { .after([$0, "/parent"]) })
    }

    private func names(_ items: [JSONValue], _ each: Each) throws -> [String] {
        try Expansion.ordered(items, each, Values()).compactMap { $0["name"]?.string }
    }

    @Test func `is worked on in the order of what depends on what`() throws {
        let items: [JSONValue] = [
            ["name": "apps", "namespace": "f", "dependsOn": [["name": "infra"]]],
            [
                "name": "infra", "namespace": "f",
                "dependsOn": [["name": "crds", "namespace": "f"]],
            ],
            ["name": "alone", "namespace": "f", "dependsOn": ""],
            ["name": "crds", "namespace": "f", "dependsOn": []],
        ]
        #expect(try names(items, try each()) == ["alone", "crds", "infra", "apps"])
        #expect(try names(items, try each(after: nil)) == ["apps", "infra", "alone", "crds"])
        #expect(try names(items, try each("infra")) == ["apps", "alone", "crds"])
    }

    @Test func `does not mistake a namesake in another namespace for what it waits for`() throws {
        let items: [JSONValue] = [
            ["name": "a", "namespace": "x", "dependsOn": [["name": "b", "namespace": "y"]]],
            ["name": "b", "namespace": "x", "dependsOn": [["name": "a"]]],
        ]
        #expect(try names(items, try each()) == ["a", "b"])
    }

    @Test func `is worked on before what its elements bring, by kind and name`() throws {
        func root(_ name: String, _ brings: [JSONValue]) -> JSONValue {
            [
                "kind": "Application", "namespace": "argocd", "name": .string(name),
                "brings": .array(brings),
            ]
        }
        func brought(_ kind: String, _ name: String) -> JSONValue {
            ["kind": .string(kind), "namespace": "argocd", "name": .string(name)]
        }
        let items = [
            root("inner", []), root("other", []),
            root("tier", [brought("AppProject", "tier"), brought("Application", "inner")]),
        ]
        let list = try #require(FactPath("read.children"))
        let before = Each(name: "child", list: list, order: .before(["/brings"]))
        #expect(try names(items, before) == ["tier", "inner", "other"])
        let after = Each(name: "child", list: list, order: .after(["/brings"]))
        #expect(try names(items.reversed(), after) == ["other", "inner", "tier"])
    }

    @Test func `is worked on after the one each element names`() throws {
        let items: [JSONValue] = [
            ["name": "inner", "namespace": "f", "parent": "tier"],
            ["name": "tier", "namespace": "f", "parent": "root"],
            ["name": "none", "namespace": "f", "parent": ""],
            ["name": "own", "namespace": "f", "parent": "own"],
        ]
        #expect(try names(items, try each(after: "/parent")) == ["tier", "inner", "none", "own"])
    }

    @Test func `is worked on with all that belongs to a thing before what depends on it`() throws {
        func item(_ name: String, _ parent: String, _ needs: [JSONValue] = []) -> JSONValue {
            [
                "name": .string(name), "namespace": "f", "dependsOn": .array(needs),
                "parent": ["name": .string(parent), "namespace": "f"],
            ]
        }
        let list = try #require(FactPath("read.children"))
        let order = Each(name: "child", list: list, order: .after(["/parent", "/dependsOn"]))
        let tier = ["apps", "tier", "deep", "inner", "crds"].map { name in
            switch name {
            case "apps": item(name, "root", [["name": "tier"]])
            case "deep": item(name, "inner")
            case "inner": item(name, "tier", [["name": "crds"]])
            default: item(name, "root")
            }
        }
        #expect(try names(tier, order) == ["tier", "crds", "inner", "deep", "apps"])
        let knot = [item("apps", "root", [["name": "tier"]]), item("tier", "root")]
        #expect(
            try names(knot + [item("inner", "tier", [["name": "apps"]])], order)
                == ["tier", "apps", "inner"], "what cannot be is left")
    }

    @Test func `fails when its elements wait for each other`() throws {
        let items: [JSONValue] = [
            ["name": "a", "dependsOn": ["b"]], ["name": "b", "dependsOn": ["a"]], ["name": "c"],
        ]
        let each = try each()
        let refusal = #expect(throws: Expansion.Refusal.self) {
            try Expansion.ordered(items, each, Values())
        }
        #expect(refusal?.reason.hasSuffix("a, b") == true)
    }

    @Test func `makes the steps of a block element by element, each knowing its own`() throws {
        let list: JSONValue = ["child": "read.children", "block": "back"]
        let step = { (id: String, members: [String: JSONValue]) -> JSONValue in
            var step: JSONValue = [
                "id": .string(id), "title": "{{ child.name }}", "timeout": "30s",
                "effect": "repeatable", "do": ["run": ["x", "{{ back.look.seen }}"]],
            ]
            for (key, value) in members { step[key] = value }
            return step
        }
        let plan: JSONValue = [
            "estate": ["name": "e"],
            "steps": [
                step("read", ["do": ["run": ["x"]], "title": "r"]),
                step("back.look", ["each": list, "do": ["run": ["x"]]]),
                step("back.go", ["each": list]),
                step("after", ["do": ["run": ["x"]], "title": "z"]),
            ],
        ]
        let unread = try Samples.state([.began(plan: plan), .prerequisites([])])
        #expect(unread.foreseen.map(\.id) == ["read", "back.look", "back.go", "after"])
        let read = try Samples.state([
            .began(plan: plan), .prerequisites([]),
            .verdict(
                VerdictRecord(
                    step: "read", attempt: nil, verdict: .done, why: "",
                    captured: ["children": [["name": "p"], ["name": "q"]]])),
        ])
        #expect(read.instances.map(\.id) == ["read", "back.look", "back.go", "after"])
        var state = try Samples.state([
            .began(plan: plan), .prerequisites([]), .verdict(Samples.verdict("read", nil, .done)),
            .expanded(step: "back.look", items: [["name": "p"], ["name": "q"]]),
        ])
        #expect(
            state.instances.map(\.id) == [
                "read", "back.1.look", "back.1.go", "back.2.look", "back.2.go", "after",
            ])
        #expect(read.foreseen.map(\.id) == state.instances.map(\.id), "its list is known by now")
        for (number, seen) in [(1, "first"), (2, "second")] {
            try state.apply(
                .verdict(
                    VerdictRecord(
                        step: "back.\(number).look", attempt: nil, verdict: .done, why: "",
                        captured: ["seen": .string(seen)])))
            let go = try #require(state.instance("back.\(number).go"))
            #expect(state.values(for: go).show(try Template("{{ back.look.seen }}")) == seen)
            try state.apply(.verdict(Samples.verdict(go.id, nil, .done)))
        }
        #expect(state.current?.id == "after")
    }
}

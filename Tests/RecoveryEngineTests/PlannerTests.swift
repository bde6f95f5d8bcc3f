import Estates
import Glibc
import JSON
import Runbooks
import Testing
import YAML

@testable import RecoveryEngine

@Suite struct `A plan` {
    private func error(_ plan: () throws -> Plan) -> PlanError? {
        do {
            _ = try plan()
            return nil
        } catch let error as Diagnostics {
            return .input(error.list) // told before there is anything to plan
        } catch { return error as? PlanError }
    }

    private func usage(_ given: [String: String]) -> String {
        guard case .usage(let mistakes)? = error({ try NodeLoss.plan(given: given) }) else {
            return ""
        }
        return mistakes.joined(separator: "\n")
    }

    private func step(_ id: String, of plan: Plan) throws -> JSONValue {
        try #require(plan.json["steps"]?.array?.first { $0["id"]?.string == id })
    }

    /// Plans `steps` of a runbook for the tiny estate.
    private func plan(
        _ steps: String, fragments: [String: String] = [:], facts: JSONValue = [:]
    ) throws -> Plan {
        let folder = try TemporaryFolder()
        mkdir(folder.path + "/fragments", 0o700)
        for (name, text) in fragments { try folder.write(text, to: "fragments/\(name).yaml") }
        let head = """
            recover: 1
            runbook: one
            version: 1.0.0
            title: One
            parameters: { cluster: { type: cluster }, node: { type: node } }
            recovered: [{ id: up, title: Up, within: 1m, check: { run: ["true"] } }]
            steps:

            """
        try folder.write(head + steps, to: "one.yaml")
        var estate = TinyRunbook.estate.facts
        if var node = estate["nodes"]?[0] {
            for (key, value) in facts.object ?? [:] { node[key] = value }
            estate["nodes"] = [node]
        }
        let library = RunbookLibrary(directory: folder.path)
        return try Planner(library: library, estate: Estate(facts: estate))
            .plan(try library.runbook("one"), Planner.Arguments(given: ["node": "web"]))
    }

    private func diagnostics(_ body: () throws -> Plan) -> [Diagnostic] {
        guard case .input(let list)? = error(body) else { return [] }
        return list
    }

    @Test func `stops at facts the estate does not state, and names them`() throws {
        guard case .estate(let reasons)? = error({ try NodeLoss.plan(try NodeLoss.estate()) })
        else {
            Issue.record("it planned an estate that says too little")
            return
        }
        let text = reasons.joined(separator: "\n")
        #expect(text.contains("cluster.gitops.source"))
        #expect(text.contains("gitops.repository"))
        #expect(reasons.allSatisfy { $0.contains("write it into estate.yaml") })
    }

    @Test func `suggests the nearest name for a wrong node`() {
        let mistake = usage(["node": "oci-arm-fre1", "token": NodeLoss.token])
        #expect(mistake.contains("did you mean 'oci-arm-free1'?"))
    }

    @Test func `tells every mistake on the command line at once`() {
        let mistakes = usage(["nod": "x", "cluster": "locl"]).split(separator: "\n")
        #expect(mistakes.count == 4, "\(mistakes)")
        #expect(mistakes.contains { $0.contains("no --nod; did you mean 'node'?") })
        #expect(mistakes.contains { $0.contains("did you mean 'local'?") })
        #expect(mistakes.contains { $0.contains("--token is missing") })
    }

    @Test func `refuses a server where a worker is wanted`() {
        #expect(
            usage(["node": "oci-arm", "token": NodeLoss.token]).contains(
                "not one of cluster.workers"))
    }

    @Test func `does not hold a secret's name for its value, and shows no secret`() throws {
        let plan = try NodeLoss.plan()
        #expect(plan.secrets == ["token"])
        #expect(plan.json["arguments"]?["token"] == nil)
        #expect(
            try step("token", of: plan).at("goal", "expect", "stdout", "starts")
                == .string(NodeLoss.token))
        #expect(try step("token", of: plan).at("stdin", "secret") == "token")
    }

    @Test(arguments: ["-rf", "--all", "@file"])
    func `refuses a value that would become an option`(value: String) {
        let found = diagnostics {
            try plan(
                "  - { id: a, title: A, timeout: 30s, effect: once, "
                    + "do: { run: [rm, \"{{ node.note }}\"] } }\n",
                facts: ["note": .string(value)])
        }
        #expect(found.map(\.code) == ["RB-OPTION"])
        #expect(found.first?.mark == Mark(line: 8, column: 68))
    }

    @Test func `lets such a value stand inside an argument`() throws {
        let plan = try plan(
            "  - { id: a, title: A, timeout: 30s, effect: once, "
                + "do: { run: [rm, \"x={{ node.note }}\"] } }\n",
            facts: ["note": "-rf"])
        #expect(try step("a", of: plan).at("do", "run")?[1] == "x=-rf")
    }

    @Test func `refuses a GitOps resume without a pin before it`() {
        let resume = """
              - id: back
                title: Back
                gitops: resume
                timeout: 30s
                effect: repeatable
                do: { run: [x] }

            """
        let pin =
            "  - { id: pin, title: P, timeout: 30s, "
            + "do: { desired-state: pin, source: cluster.gitops.source } }\n"
        #expect(diagnostics { try plan(resume) }.map(\.code) == ["RB-PIN"])
        #expect(diagnostics { try plan(resume + pin) }.map(\.code) == ["RB-PIN"])
        #expect(error { try plan(pin + resume) } == nil)
    }

    @Test func `spreads a list into arguments, and keeps each for the run`() throws {
        let plan = try NodeLoss.plan()
        let label = try step("labels", of: plan).at("do", "kubectl", "run")?.array?.compactMap(
            \.string)
        #expect(
            label == [
                "label", "node", "oci-arm-free1", "--overwrite", "node.io/provider=oracle",
                "node.io/region=eu-fra", "node.io/role=workload",
            ])
        #expect(try step("retain", of: plan)["each"] == ["pv": "volumes.pvs"])
        #expect(try step("retain", of: plan)["title"] == "Keep the data of {{ pv.name }}")
    }

    @Test func `splices fragments under their id, and finds their values again`() throws {
        let plan = try NodeLoss.plan()
        let ids = plan.steps.map(\.id)
        #expect(ids.contains("freeze.state") && ids.contains("hand-back.unpin"))
        let unpin = try step("hand-back.unpin", of: plan)
        let asked = (unpin.at("goal", "all")?.array ?? []).map {
            $0.at("expect", "stdout", "equals")
        }
        #expect(asked == ["{{ freeze.state.branch }}", "{{ freeze.state.revision }}"])
        #expect(
            try step("hand-back.resume", of: plan)["title"]
                == "Let Fleet go on at exactly {{ pinned.commit }}")
        #expect(plan.clusters == ["local", "homelab"])
    }

    @Test func `leaves out what when rules out`() throws {
        let skipped = try NodeLoss.plan().json["skipped"]
        #expect(skipped == ["taints", "preview.left"])
        #expect(try !NodeLoss.plan().steps.contains { $0.id == "taints" })
    }

    @Test func `wants each parameter of a fragment, and a fragment that exists`() {
        let fragment = """
            recover: 1
            fragment: part
            version: 1.0.0
            parameters: [thing]
            steps:
              - { id: a, title: "A {{ thing }}", timeout: 30s, effect: once, do: { run: [x] } }
            """
        let found = diagnostics {
            try plan("  - { include: part, id: p }\n", fragments: ["part": fragment])
        }
        #expect(found.map(\.code).contains("RB-WITH"))
        let missing = diagnostics {
            try plan("  - { include: pert, id: p }\n", fragments: ["part": fragment])
        }
        #expect(missing.first?.message.contains("did you mean 'part'?") == true)
        let cycle = fragment + "\n  - { include: part, id: p, with: { thing: thing } }\n"
        let deep = diagnostics {
            try plan(
                "  - { include: part, id: p, with: { thing: node } }\n", fragments: ["part": cycle])
        }
        #expect(deep.map(\.code).contains("RB-CYCLE"))
    }

    @Test func `reads back from its own JSON`() throws {
        let plan = try NodeLoss.plan()
        #expect(try Plan(json: plan.json) == plan)
        #expect(try Plan(json: JSONValue(parsing: plan.json.utf8)).digest == plan.digest)
        #expect(plan.json.isCanonical)
    }
}

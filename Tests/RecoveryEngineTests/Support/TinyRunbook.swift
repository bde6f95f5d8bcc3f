import Estates
import JSON
import RecoveryEngine
import Runbooks

/// A runbook with every kind of step in it.
enum TinyRunbook {
    static let estate = Estate(facts: [
        "estate": 1, "name": "tiny",
        "clusters": [["name": "main", "gitops": ["source": "desired"]]],
        "nodes": [["name": "web", "cluster": "main", "role": "worker"]],
    ])

    static func plan() throws -> Plan {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "tiny.yaml")
        let library = RunbookLibrary(directory: folder.path)
        return try Planner(library: library, estate: estate)
            .plan(try library.runbook("tiny"), Planner.Arguments(given: ["node": "web"]))
    }

    private static func goal(_ fact: String) -> String {
        "goal: { run: [is, \"\(fact)\"], expect: { stdout: { equals: \"yes\" } } }"
    }

    private static let text = """
        recover: 1
        runbook: tiny
        version: 1.0.0
        title: Every kind of step
        parameters: { cluster: { type: cluster }, node: { type: node } }
        prerequisites:
          - id: ready
            title: It is ready
            check: { run: [is, ready], expect: { stdout: { equals: "yes" } } }
        steps:
          - id: list
            title: A repeatable step with a capture
            effect: repeatable
            timeout: 30s
            do: { run: [list] }
            capture: { things: { from: stdout, json: /items, take: { name: /name } } }
          - id: quick
            title: A step whose goal answers at once
            timeout: 30s
            \(goal("quick"))
            do: { run: [set, quick] }
          - id: slow
            title: A step whose goal must be waited for
            timeout: 2m
            \(goal("slow"))
            do: { run: [slow, slow] }
          - id: single
            title: A step that must not happen twice
            effect: once
            timeout: 2m
            \(goal("single"))
            do: { run: [slow, single] }
          - id: every
            each: { thing: list.things }
            title: A step for each {{ thing.name }}
            timeout: 30s
            \(goal("every {{ thing.name }}"))
            do: { run: [set, "every {{ thing.name }}"] }
          - id: remove
            title: Remove by identity
            approve: 1
            timeout: 2m
            observe: { uid: { run: [thing], absent: done } }
            goal: { run: [thing], expect: { stdout: { differs-from: observed.uid } } }
            do: { run: [remove, "{{ observed.uid }}"] }
          - id: machine
            title: A person's work
            timeout: 24h
            \(goal("machine"))
            do: { ask: { rekey: node } }
          - id: settled
            title: A wait
            timeout: 10m
            \(goal("settled"))
          - id: remote
            title: A step on a host
            timeout: 2m
            \(goal("remote"))
            do: { ssh: { host: node, run: [set, remote] } }
          - id: pin
            title: A pin
            timeout: 2m
            do: { desired-state: pin, source: cluster.gitops.source }
          - id: word
            title: A note
            do: { note: true }
        recovered:
          - id: all
            title: All is well
            within: 10m
            check: { run: [is, remote], expect: { stdout: { equals: "yes" } } }
        """
}

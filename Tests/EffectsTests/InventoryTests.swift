import Estates
import JSON
import RecoveryEngine
import Testing

@testable import Effects

@Suite struct `Declared nodes against live ones` {
    private let estate = Estate(facts: [
        "clusters": [["name": "c"], ["name": "d"]],
        "nodes": [
            [
                "name": "a", "cluster": "c", "role": "worker", "version": "v1",
                "labels": ["k": "v"],
                "taints": ["dedicated=db:NoSchedule"],
            ],
            ["name": "b", "cluster": "d", "role": "worker"],
        ],
    ])

    private let live: JSONValue = [
        "metadata": ["name": "a", "labels": ["k": "v", "extra": "1"]],
        "spec": ["taints": [["key": "dedicated", "value": "db", "effect": "NoSchedule"]]],
        "status": [
            "conditions": [["type": "Ready", "status": "True"]],
            "nodeInfo": ["kubeletVersion": "v1"],
        ],
    ]

    private func compare(_ change: (inout JSONValue) -> Void) -> Finding {
        var node = live
        change(&node)
        return Inventory.compare(
            estate: estate, cluster: "c", live: [["metadata": ["name": "z"]], node])
    }

    @Test func `hold when everything declared is there`() {
        #expect(compare { _ in }.answer == .holds)
    }

    @Test func `fail with the reason for each difference`() {
        let outOfService: JSONValue = [
            "key": "node.kubernetes.io/out-of-service", "effect": "NoExecute",
        ]
        let table: [(String, (inout JSONValue) -> Void)] = [
            ("a is not there", { $0["metadata"]?["name"] = "other" }),
            (
                "a is not Ready",
                { $0["status"]?["conditions"] = [["type": "Ready", "status": "Unknown"]] }
            ),
            ("a is not Ready", { $0["status"]?["conditions"] = nil }),
            ("a is cordoned", { $0["spec"]?["unschedulable"] = true }),
            ("a has version v2, not v1", { $0["status"]?["nodeInfo"] = ["kubeletVersion": "v2"] }),
            ("a lacks the label k=v", { $0["metadata"]?["labels"] = ["k": "w"] }),
            ("a lacks the taint dedicated=db:NoSchedule", { $0["spec"]?["taints"] = [] }),
            (
                "a is marked out of service",
                { node in
                    let taints = node.at("spec", "taints")?.array ?? []
                    node["spec"]?["taints"] = .array([outOfService] + taints)
                }
            ),
        ]
        for (why, change) in table { #expect(compare(change) == Finding(.fails, why)) }
    }

    @Test func `tell all differences at once`() {
        let finding = compare { $0["spec"] = ["unschedulable": true] }
        #expect(finding.why == "a is cordoned; a lacks the taint dedicated=db:NoSchedule")
    }
}

import JSON
import Testing

@testable import LabCluster

@Suite struct PatchTests {
    @Test func `a merge patch with null removes`() throws {
        let old: JSONValue = ["spec": ["a": 1, "b": 2]]
        #expect(
            MergePatch.apply(["spec": ["a": .null, "c": 3]], to: old) == ["spec": ["b": 2, "c": 3]])
    }

    @Test func `a strategic patch merges conditions by type and replaces taints`() throws {
        let old: JSONValue = [
            "spec": ["taints": [["key": "a", "effect": "NoSchedule"]]],
            "status": [
                "conditions": [
                    ["type": "Ready", "status": "True"], ["type": "Disk", "status": "False"],
                ]
            ],
        ]
        let patch: JSONValue = [
            "spec": ["taints": [["key": "b", "effect": "NoExecute"]]],
            "status": ["conditions": [["type": "Ready", "status": "Unknown"]]],
        ]
        #expect(
            try StrategicPatch.apply(patch, to: old) == [
                "spec": ["taints": [["key": "b", "effect": "NoExecute"]]],
                "status": [
                    "conditions": [
                        ["type": "Ready", "status": "Unknown"],
                        ["type": "Disk", "status": "False"],
                    ]
                ],
            ])
    }

    @Test func `directives delete, replace and order list elements`() throws {
        let old: JSONValue = [
            "containers": [["name": "a", "image": "1"], ["name": "b", "image": "1"]]
        ]
        let deletion: JSONValue = ["containers": [["name": "a", "$patch": "delete"]]]
        #expect(
            try StrategicPatch.apply(deletion, to: old) == [
                "containers": [["name": "b", "image": "1"]]
            ])
        let ordered: JSONValue = [
            "$setElementOrder/containers": [["name": "c"], ["name": "b"], ["name": "a"]],
            "containers": [["name": "c", "image": "2"]],
        ]
        #expect(
            try StrategicPatch.apply(ordered, to: old) == [
                "containers": [
                    ["name": "c", "image": "2"], ["name": "b", "image": "1"],
                    ["name": "a", "image": "1"],
                ]
            ])
        let replacement: JSONValue = ["containers": [["$patch": "replace"], ["name": "z"]]]
        #expect(try StrategicPatch.apply(replacement, to: old) == ["containers": [["name": "z"]]])
    }

    @Test func `a JSON patch applies in order and fails as a whole`() throws {
        let old: JSONValue = ["data": ["a": "1"], "list": [1, 2]]
        let patch: JSONValue = [
            ["op": "test", "path": "/data/a", "value": "1"],
            ["op": "add", "path": "/list/-", "value": 3],
            ["op": "move", "from": "/data/a", "path": "/data/b"],
        ]
        #expect(try JSONPatch.apply(patch, to: old) == ["data": ["b": "1"], "list": [1, 2, 3]])
        #expect(throws: JSONPatch.Failure.self) {
            try JSONPatch.apply([["op": "remove", "path": "/data/absent"]], to: old)
        }
    }
}

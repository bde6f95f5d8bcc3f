import JSON
import Testing

@testable import LabCluster

@Suite struct TableTests {
    private static let accept = [
        "accept": """
        application/json;as=Table;v=v1;g=meta.k8s.io,\
        application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json
        """
    ]

    @Test(arguments: [
        (27, "27s"), (119, "119s"), (313, "5m13s"), (300, "5m"), (660, "11m"), (3 * 3600, "3h"),
        (3 * 3600 + 240, "3h4m"), (9 * 3600 + 60, "9h"), (50 * 3600, "2d2h"), (48 * 3600, "2d"),
        (9 * 86400, "9d"), (800 * 86400, "2y70d"), (3000 * 86400, "8y"), (-1, "0s"),
        (-5, "<invalid>"),
    ])
    func `ages have a server's words`(_ seconds: Int, _ expected: String) {
        #expect(Age.text(milliseconds: seconds * 1000) == expected)
    }

    @Test func `a list of nodes as a Table`() throws {
        var node = Sample.node("w1", labels: ["node-role.kubernetes.io/etcd": "true"])
        node.set("spec", "unschedulable", to: true)
        node.set("status", to: ["nodeInfo": ["kubeletVersion": "v1.32.1"]])
        node.setCondition("Ready", "True", now: .now)
        let simulation = try Simulation([node])
        simulation.now = simulation.now.adding(.seconds(313))
        let table = try simulation.request("GET", "/api/v1/nodes", headers: Self.accept)
        #expect(table.kind == "Table")
        #expect(
            table["columnDefinitions"]?.array?.prefix(6).map { $0["name"]?.string ?? "" } == [
                "Name", "Status", "Roles", "Age", "Version", "Internal-IP",
            ])
        let row = try #require(table["rows"]?[0])
        #expect(
            row["cells"]?.array?.prefix(6)
                == ["w1", "Ready,SchedulingDisabled", "etcd", "5m13s", "v1.32.1", "<none>"])
        #expect(row["object"]?.kind == "PartialObjectMetadata")
        #expect(row["object"]?.name == "w1")
    }

    private static let states: [(JSONValue, String)] = [
        (["phase": "Pending"], "Pending"),
        (["phase": "Running", "reason": "Evicted"], "Evicted"),
        (
            [
                "phase": "Pending",
                "containerStatuses": [
                    ["ready": false, "state": ["waiting": ["reason": "ImagePullBackOff"]]]
                ],
            ], "ImagePullBackOff"
        ),
        (
            [
                "phase": "Pending",
                "initContainerStatuses": [["state": ["running": [:]], "restartCount": 0]],
            ], "Init:0/0"
        ),
        (
            [
                "phase": "Failed",
                "containerStatuses": [["state": ["terminated": ["exitCode": 3]]]],
            ], "ExitCode:3"
        ),
    ]

    @Test(arguments: states)
    func `a pod's state`(_ status: JSONValue, _ expected: String) throws {
        var pod = Sample.pod("a")
        pod["status"] = status
        #expect(PodPrinter.printer.cells(pod, .now)[2] == .string(expected))
        pod.set("metadata", "deletionTimestamp", to: "2026-01-01T00:00:00Z")
        let isOver = status["phase"] == "Failed"
        #expect(
            PodPrinter.printer.cells(pod, .now)[2] == (isOver ? .string(expected) : "Terminating"))
    }

    @Test func `custom resources show the columns of their definition`() throws {
        let application: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": "root", "namespace": "argocd"], "spec": ["project": "default"],
            "status": ["sync": ["status": "Synced"]],
        ]
        let simulation = try Simulation([application])
        let table = try simulation.request(
            "GET", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/root",
            headers: Self.accept)
        #expect(
            table["columnDefinitions"]?.array?.compactMap { $0["name"]?.string } == [
                "Name", "Sync Status", "Health Status", "Revision", "Project",
            ])
        #expect(
            table["rows"]?[0]?["cells"] == ["root", "Synced", .null, .null, "default"])
    }

    @Test func `paths of columns`() throws {
        let object: JSONValue = [
            "status": ["conditions": [["type": "Ready", "status": "True"]]],
            "metadata": ["labels": ["a.b/c": "d"]], "list": [1, 2],
        ]
        let ready = try #require(ColumnPath(".status.conditions[?(@.type==\"Ready\")].status"))
        #expect(ready.values(in: object) == ["True"])
        let label = try #require(ColumnPath(".metadata.labels.a\\.b/c"))
        #expect(label.values(in: object) == ["d"])
        #expect(ColumnPath(".list[*]")?.values(in: object) == [1, 2])
        #expect(ColumnPath(".list[1]")?.values(in: object) == [2])
        #expect(ColumnPath("status") == nil)
        #expect(ColumnPath(".a[?(@.b>1)]") == nil)
    }
}

import JSON
import Testing

@testable import LabCluster

/// What CoreDNS does with a Corefile that is damaged.
@Suite struct CorefileTests {
    private static let good = """
        # A comment.
        .:53 {
            errors
            hosts /etc/coredns/NodeHosts {
              ttl 60
            }
            forward . /etc/resolv.conf   # where the node asks
            import /etc/coredns/custom/*.override
        }
        import /etc/coredns/custom/*.server

        """

    @Test(arguments: [
        (good, nil),
        ("", nil),
        (".:53\nforward . 192.0.2.1\n", nil),
        (
            good.replacing("forward", with: "forwrad"),
            "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'forwrad'"
        ),
        (
            good.replacing("}\nimport", with: "import"),
            "/etc/coredns/Corefile:9 - Syntax error: Unexpected token "
                + "'/etc/coredns/custom/*.server', expecting '}'"
        ),
        (
            ".:53 {\n  hosts {\n    ttl 60\n",
            "/etc/coredns/Corefile:3 - Error during parsing: Unexpected EOF"
        ),
        (
            ".:53\nerrors\n}\n",
            "/etc/coredns/Corefile:3 - Error during parsing: Unknown directive '}'"
        ),
    ]) func `its words say where`(text: String, words: String?) {
        #expect(Corefile(text).fault == words)
    }

    @Test func `one that runs goes on, one that starts crashes until the file is mended`() throws {
        let folder = try Folder()
        func config(_ text: String) -> JSONValue {
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "coredns", "namespace": "kube-system"],
                "data": ["Corefile": .string(text)],
            ]
        }
        func pod(_ name: String) -> JSONValue {
            var pod = Sample.pod(
                name, on: "w1",
                spec: ["volumes": [["name": "config", "configMap": ["name": "coredns"]]]])
            pod.set("metadata", "namespace", to: "kube-system")
            pod.set("metadata", "labels", "k8s-app", to: "kube-dns")
            pod["status"] = ["phase": "Pending"]
            return pod
        }
        let cluster = try Cluster(folder.options(), seed: [Sample.node("w1")])
        defer { cluster.stop() }
        cluster.setAgent("w1", isConnected: true)
        var now = Moment.now
        func look(_ name: String) -> JSONValue {
            for _ in 1...30 {
                now = now.adding(.seconds(1))
                cluster.reconcile(now: now)
            }
            return cluster.object(.pods, namespace: "kube-system", name: name) ?? [:]
        }
        try cluster.put([config(Self.good), pod("old")])
        #expect(look("old").isReady)
        try cluster.put([config(Self.good.replacing("errors", with: "erors")), pod("new")])
        let new = look("new")
        #expect(!new.isReady && look("old").isReady)
        let status = new.at("status", "containerStatuses")?[0]
        #expect(status?.at("state", "waiting", "reason") == "CrashLoopBackOff")
        #expect(
            status?.at("lastState", "terminated", "message")?.string?
                .contains("Unknown directive 'erors'") == true, "\(new)")
        try cluster.put(config(Self.good))
        #expect(look("new").isReady)
    }
}

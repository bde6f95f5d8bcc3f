import Estates
import JSON
import Testing

@Suite struct `An observed state` {
    /// No digest anybody should use; it tells texts apart.
    private static func digest(_ bytes: [UInt8]) -> String {
        String(
            bytes.reduce(UInt64(14_695_981_039_346_656_037)) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }, radix: 16)
    }

    private let observation = Observation(salt: [1, 2, 3], digest: digest)

    private func list(_ objects: JSONValue...) -> JSONValue { ["items": .array(objects)] }

    @Test func `keeps of a node what an inventory needs`() {
        let seen = observation.items(
            "nodes",
            list([
                "metadata": ["name": "n", "labels": ["a": "b"]],
                "spec": [
                    "podCIDR": "10.42.0.0/24", "unschedulable": true,
                    "taints": [
                        ["key": "k", "value": "v", "effect": "NoSchedule"],
                        ["key": "x", "effect": "E"],
                    ],
                ],
                "status": [
                    "conditions": [["type": "Ready", "status": "True"]],
                    "nodeInfo": ["kubeletVersion": "v1", "osImage": "os", "architecture": "arm64"],
                    "addresses": [
                        ["type": "InternalIP", "address": "10.0.0.1"],
                        ["type": "ExternalIP", "address": "1.2.3.4"],
                    ],
                ],
            ]))
        #expect(
            seen == [
                "n": [
                    "ready": "True", "labels": ["a": "b"], "taints": ["k=v:NoSchedule", "x:E"],
                    "version": "v1", "operating-system": "os", "architecture": "arm64",
                    "internal": "10.0.0.1", "external": "1.2.3.4", "pod-cidr": "10.42.0.0/24",
                    "cordoned": true,
                ]
            ])
    }

    @Test func `keeps of a Secret its name, its type and a salted digest, and nothing else`() {
        let secret: JSONValue = [
            "metadata": ["name": "s", "namespace": "ns"], "type": "Opaque",
            "data": ["password": "aHVudGVyMg=="],
        ]
        let seen = observation.items("secrets", list(secret))
        #expect(seen["ns/s"]?.object?.keys.sorted() == ["salted-sha256", "type"])
        let text = JSONValue.object(seen).text
        #expect(!text.contains("aHVudGVyMg") && !text.contains("password"))
        let other = Observation(salt: [4], digest: Self.digest).items("secrets", list(secret))
        #expect(seen != other)
    }

    @Test func `tells workloads apart by kind, and their specs by digest`() {
        func workload(_ kind: String, _ image: String) -> JSONValue {
            [
                "kind": .string(kind), "metadata": ["name": "w", "namespace": "ns"],
                "spec": ["template": ["spec": ["containers": [["image": .string(image)]]]]],
            ]
        }
        let seen = observation.items(
            "workloads", list(workload("Deployment", "a:1"), workload("DaemonSet", "a:2")))
        #expect(seen.keys.sorted() == ["DaemonSet ns/w", "Deployment ns/w"])
        #expect(seen["Deployment ns/w"]?["images"] == ["a:1"])
        #expect(
            seen["Deployment ns/w"]?["spec-sha256"] != seen["DaemonSet ns/w"]?["spec-sha256"])
    }

    @Test func `keeps where a volume lies, and no user of a URL`() {
        let volume = observation.items(
            "volumes",
            list([
                "metadata": ["name": "pv"], "status": ["phase": "Bound"],
                "spec": [
                    "storageClassName": "local-path", "local": ["path": "/data/pv"],
                    "claimRef": ["namespace": "ns", "name": "claim"],
                    "nodeAffinity": [
                        "required": [
                            "nodeSelectorTerms": [["matchExpressions": [["values": ["n1"]]]]]
                        ]
                    ],
                ],
            ]))
        #expect(volume["pv"]?["path"] == "/data/pv")
        #expect(volume["pv"]?["nodes"] == ["n1"])
        #expect(volume["pv"]?["claim"] == "ns/claim")
        let source = observation.items(
            "git-repositories",
            list([
                "metadata": ["name": "g", "namespace": "f"],
                "spec": ["url": "https://me:secret@git.example/x.git"],
                "status": ["artifact": ["revision": "main@sha1:1"]],
            ]))
        #expect(source["f/g"] == ["url": "https://git.example/x.git", "revision": "main@sha1:1"])
    }

    @Test func `asks for the objects of the GitOps engine where they are`() throws {
        let estate = try `The five shipped estates`.shipped("oci-layer7")
        let sections = { (cluster: String) in
            Observation.questions(estate, cluster: cluster).map(\.section)
        }
        #expect(sections("homelab").contains("fleet-repositories"))
        #expect(!sections("jls").contains("fleet-repositories"))
        for question in Observation.questions(estate, cluster: "homelab") {
            #expect(question.arguments.first == "get")
        }
    }

    private static let snapshot = ObservedSnapshot(
        estate: "e", taken: "2026-11-21T03:04:05Z", salt: "s1",
        clusters: [
            "c": [
                "nodes": .items(["n1": ["version": "v1"], "n2": ["version": "v1"]]),
                "secrets": .items(["a/b": ["type": "Opaque", "salted-sha256": "1"]]),
                "volumes": .cannotTell("forbidden"),
            ]
        ])

    @Test func `is read back from its files as it was`() throws {
        let files = Self.snapshot.files
        #expect(files.map(\.path) == files.map(\.path).sorted())
        #expect(files.map(\.path).contains("clusters/c/nodes.jsonl"))
        let texts = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.text) })
        #expect(ObservedSnapshot(files: texts) == Self.snapshot)
        #expect(Self.snapshot.files.map(\.text) == files.map(\.text))
        #expect(Self.snapshot.gaps.map(\.section) == ["volumes"])
        var broken = texts
        broken["clusters/c/nodes.jsonl"] = "no JSON\n"
        #expect(ObservedSnapshot(files: broken) == nil)
    }

    @Test func `has digests that tell every changed, missing and added file`() {
        let found = [
            "a": String(repeating: "a", count: 64), "b/c": String(repeating: "b", count: 64),
        ]
        let text = SnapshotSums.text(found)
        #expect(SnapshotSums.objections(text, found: found) == [])
        // Whatever single byte of the list is another one, somebody notices.
        for index in text.utf8.indices {
            var bytes = Array(text.utf8)
            bytes[text.utf8.distance(from: text.utf8.startIndex, to: index)] ^= 1
            let changed = String(decoding: bytes, as: UTF8.self)
            #expect(SnapshotSums.objections(changed, found: found) != [], "\(changed)")
        }
        #expect(
            SnapshotSums.objections(text, found: ["a": found["a"] ?? ""]) == ["b/c is not there"])
        #expect(
            SnapshotSums.objections(text, found: found.merging(["d": "x"]) { $1 })
                == ["d is not in the list of digests"])
    }

    private func lines(_ old: ObservedSnapshot, _ new: ObservedSnapshot) -> [String] {
        SnapshotDifference(old, new).lines.map { "\($0.place) \($0.sign) \($0.name): \($0.what)" }
    }

    @Test func `differs by section, name and fact`() {
        var whole = Self.snapshot
        whole.clusters["c"]?["volumes"] = .items([:])
        #expect(lines(whole, whole) == [])
        #expect(lines(Self.snapshot, whole) == ["c volumes ? : forbidden"])
        var other = whole
        other.clusters["c"]?["nodes"] = .items(["n1": ["version": "v2"], "n3": ["version": "v1"]])
        #expect(
            lines(whole, other) == [
                "c nodes ~ n1: version: v1 → v2", "c nodes - n2: ", "c nodes + n3: ",
            ])
    }

    @Test func `does not compare digests of different salts`() {
        var old = Self.snapshot, clusters = Self.snapshot.clusters
        old.clusters["c"]?["volumes"] = .items([:])
        clusters["c"]?["volumes"] = .items([:])
        let new = ObservedSnapshot(estate: "e", taken: "t", salt: "s2", clusters: clusters)
        #expect(
            lines(old, new) == [
                "c secrets ? a/b: the snapshots were taken with different salts"
            ])
    }

    @Test func `is compared with what is declared, and only with that`() throws {
        let estate = Estate(facts: [
            "clusters": [["name": "c", "version": "v1", "storage-classes": ["local-path"]]],
            "nodes": [
                [
                    "name": "n1", "cluster": "c", "version": "v1", "kernel": "unknown",
                    "address": ["internal": "10.0.0.1"], "labels": ["a": "b"], "taints": [],
                    "container-runtime": "containerd 2.2.3",
                ], ["name": "n2", "cluster": "c"],
            ],
        ])
        var seen = ObservedSnapshot(
            estate: "e", taken: "t", salt: "",
            clusters: [
                "c": [
                    "server": .items(["version": "v1", "uid": "u"]),
                    "storage-classes": .items(["local-path": ["provisioner": "x"]]),
                    "nodes": .items([
                        "n1": [
                            "version": "v1", "kernel": "6.1", "internal": "10.0.0.1", "taints": [],
                            "labels": ["a": "b", "c": "d"],
                            "container-runtime": "containerd://2.2.3",
                        ], "n2": ["version": "v7"],
                    ]),
                ]
            ])
        func difference() -> [String] {
            let pair = estate.comparable(with: seen)
            return lines(pair.declared, pair.observed)
        }
        #expect(difference() == [])
        seen.clusters["c"]?["nodes"] = .items([
            "n1": [
                "version": "v2", "internal": "10.0.0.2", "taints": ["x"], "labels": [:],
                "container-runtime": "containerd://2.2.3",
            ],
            "n9": ["version": "v1"],
        ])
        #expect(
            difference() == [
                "c nodes ~ n1: internal: 10.0.0.1 → 10.0.0.2; label a: b → nothing; "
                    + "taints: [] → [\"x\"]; version: v1 → v2",
                "c nodes - n2: ", "c nodes + n9: ",
            ])
    }
}

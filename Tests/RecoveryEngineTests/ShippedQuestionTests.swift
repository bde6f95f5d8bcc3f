import JSON
import RecoveryEngine
import Testing

/// What the shipped steps that only ask make of what a cluster may print: each
/// waits for what it is there to wait for.
@Suite struct `The questions of the shipped runbooks` {
    /// A cluster that prints the same for every `kubectl get` of a kind.
    private struct PrintingWorld: ScriptedWorld {
        /// What is printed where the arguments hold the key; the longest key counts.
        let prints: [String: String]
        var fingerprint: String { "" }
        func delay(_ act: Act) -> Int { 0 }
        mutating func land(_ act: Act, at wall: Int) -> Bool { true }
        func output(_ act: Act) -> String { "" }
        mutating func confirm(at wall: Int) -> String? { nil }
        func answer(_ request: Request, at wall: Int) -> Reply {
            if case .run(let words) = request {
                let text = words.dropFirst().joined(separator: " ")
                return .ran(.exited(0), stdout: Array(text.utf8), stderr: [])
            }
            guard case .kubectl(_, let words) = request else { return .cannot("\(request)") }
            let line = words.joined(separator: " ")
            let keys = prints.keys.filter { line.contains($0) }
            guard let key = keys.max(by: { $0.count < $1.count }) else {
                return .cannot("nobody said what is printed for \(line)")
            }
            return .ran(.exited(0), stdout: Array((prints[key] ?? "").utf8), stderr: [])
        }
    }

    /// Whether the step of a plan under review holds.
    ///
    /// - Parameter values: what stands for the values of a run in it.
    private func holds(
        _ step: String, of plan: String, _ prints: [String: String],
        _ values: [String: String] = [:]
    ) throws -> Bool {
        let (exit, reason, _) = try run(step, of: plan, prints, values)
        try #require(exit == .recovered || exit == .humanNeeded, "\(reason)")
        return exit == .recovered
    }

    private func run(
        _ step: String, of plan: String, _ prints: [String: String], _ values: [String: String]
    ) throws -> (exit: ExitCode, reason: String, performed: [Act]) {
        let path = "\(Shipped.root)/Tests/RecoveryEngineTests/Goldens/\(plan).json"
        var text = try #require(`The plans under review`.read(path))
        for (name, value) in values { text = text.replacing("{{ \(name) }}", with: value) }
        let plan = try JSONValue(parsing: Array(text.utf8))
        var found = try #require(plan["steps"]?.array?.first { $0["id"]?.string == step })
        found["each"] = nil
        let folder = try TemporaryFolder()
        let hands = ScriptedHands(Scene(PrintingWorld(prints: prints)))
        let engine = try Engine(
            run: Recording.run, journal: try Recording.journal(folder), hands: hands,
            narrator: hands)
        let exit = try engine.begin(
            try Plan(json: ["estate": ["name": "e"], "steps": [found]]))
        let reason = exit == .recovered ? "" : engine.state.reason
        try #require(!reason.contains("nobody said"), "\(reason)")
        return (exit, reason, hands.performed)
    }

    private func list(_ items: JSONValue...) -> String {
        JSONValue.object(["items": .array(items)]).text
    }

    // MARK: Argo CD

    @Test func `Argo CD's applications elsewhere are not frozen beside the point`() throws {
        func here(_ text: String) throws -> Bool {
            try holds("freeze.argocd.here", of: "gitops-hold.lumie", ["applications": text])
        }
        #expect(try here(list()))
        #expect(try !here(list(["metadata": ["name": "a", "namespace": "team"]])))
    }

    @Test func `a root that stands at a commit is not given back as if it were its branch`() throws
    {
        func known(_ revision: String, _ policy: JSONValue = ["automated": [:]]) throws -> Bool {
            let root: JSONValue = [
                "spec": [
                    "source": ["targetRevision": .string(revision)],
                    "syncPolicy": policy,
                ]
            ]
            return try holds(
                "freeze.argocd.known", of: "gitops-hold.lumie",
                ["-o json": root.text, "jsonpath": revision])
        }
        #expect(try known("main") && known("HEAD") && known("release-0123456789abcdef"))
        #expect(try !known(String(repeating: "0a", count: 20)))
        #expect(try !known("main", [:]))
    }

    @Test func `a hard freeze holds when no controller's pod is left, nor one that is to go`()
        throws
    {
        func stopped(_ pods: JSONValue...) throws -> Bool {
            try holds(
                "stopped.argocd", of: "k3s-etcd-restore.rpi-ha",
                ["get pods": JSONValue.object(["items": .array(pods)]).text])
        }
        #expect(try stopped())
        #expect(try !stopped(["metadata": ["name": "c-0", "deletionTimestamp": "2026-01-01"]]))
    }

    // MARK: Flux

    /// One line of what the step prints of a Kustomization.
    private func ended(_ lines: String, releases: JSONValue = []) throws -> Bool {
        try holds(
            "freeze.flux.ended", of: "gitops-hold.flux-cilium",
            [
                "kustomizations": lines,
                "helmreleases": JSONValue.object(["items": releases]).text,
            ])
    }

    @Test func `a pass that only waits for health does not hold the freeze up, another does`()
        throws
    {
        let checking = "<Unknown|Running health checks for revision main@sha1:0a with a timeout>"
        #expect(try ended(""))
        #expect(try ended("<True|><False|Building manifests failed: <nil>\nand more>"))
        #expect(try ended("<True|>" + checking + "<|>"))
        #expect(try !ended("<True|>" + checking + "<Unknown|Fetching manifests for revision x>"))
        #expect(try !ended("<Unknown|>"))
        let busy: JSONValue = [
            ["status": ["conditions": [["type": "Ready", "status": "Unknown"]]]]
        ]
        #expect(try !ended("<True|>", releases: busy))
    }

    @Test func `what somebody else suspended stops a freeze before it begins`() throws {
        func unsuspended(_ kind: String) throws -> Bool {
            var prints = [
                "kustomizations": list(), "helmreleases": list(), "gitrepositories": list(),
            ]
            prints[kind] = list(["spec": ["suspend": true]], ["spec": [:]])
            return try holds("freeze.flux.unsuspended", of: "gitops-hold.flux-cilium", prints)
        }
        #expect(try unsuspended("none of them"))
        for kind in ["kustomizations", "helmreleases", "gitrepositories"] {
            #expect(try !unsuspended(kind), "\(kind)")
        }
    }

    // MARK: Fleet

    @Test func `a GitRepo that an earlier run left at a commit is refused, a tag is not`() throws {
        func unpinned(_ revision: String) throws -> Bool {
            let repository: JSONValue = ["status": ["commit": "c0"]]
            return try holds(
                "freeze.fleet.unpinned", of: "gitops-hold.oci-layer7",
                ["-o json": repository.text, "jsonpath": revision])
        }
        #expect(try unpinned("") && unpinned("v1.2"))
        #expect(try !unpinned(String(repeating: "0a", count: 20)))
        let never = try holds(
            "freeze.fleet.unpinned", of: "gitops-hold.oci-layer7",
            ["-o json": #"{"status": {}}"#, "jsonpath": ""])
        #expect(!never, "it has deployed nothing that could be held")
    }

    // MARK: The waves

    private static let commit = String(repeating: "0a", count: 20)

    @Test func `who waits for those it brings has applied the commit, or is waited for`() throws {
        func proven(_ output: (phase: String, end: String), agreed: String = "") throws -> Bool {
            try holds(
                "hand-back.flux.child.proven", of: "gitops-hold.flux-cilium",
                [
                    "-o json": #"{"spec": {"prune": false}, "status": {"conditions": []}}"#,
                    "jsonpath={.status.lastApplied": "main@sha1:\(Self.commit)",
                    "observedGeneration": output.phase, "attempted": "",
                    "lastAttempted": output.end,
                ],
                [
                    "child.name": "tier", "child.namespace": "f", "pinned.commit": Self.commit,
                    "hand-back.preview.left.anything-left": agreed, "run.id": "run-1",
                    "hand-back.flux.child.asked.generation": "7",
                ])
        }
        let brings = "f_x__ConfigMap f_inner_kustomize.toolkit.fluxcd.io_Kustomization "
        let at = "main@sha1:\(Self.commit)",
            before = "main@sha1:" + String(repeating: "1b", count: 20)
        func phase(
            _ ids: String, _ at: String, seen: Int = 7, ready: String = "Unknown"
        ) -> String {
            "\(ids)|\(seen)|\(ready)|Running health checks for revision \(at) with a timeout|\(at)"
        }
        func end(_ reason: String, _ request: String, _ at: String) -> String {
            "\(brings)|\(reason)|\(request)|\(at)"
        }
        #expect(try proven((phase(brings, at), "")))
        #expect(try !proven((phase("f_x__ConfigMap ", at), "")), "it brings nobody")
        #expect(try !proven((phase(brings, before), "")))
        #expect(try !proven((phase(brings, at, seen: 6), "")), "a pass from before the request")
        #expect(try !proven((phase(brings, at, ready: "False"), "")), "a pass that has failed")
        #expect(
            try !proven(("\(brings)|7|Unknown|Fetching manifests for revision \(at)|\(at)", "")))
        #expect(try proven(("", end("HealthCheckFailed", "run-1", at))))
        #expect(try !proven(("", end("HealthCheckFailed", "run-0", at))))
        #expect(try !proven(("", end("HealthCheckFailed", "run-1", before))))
        #expect(try !proven(("", end("BuildFailed", "run-1", at))))
        let left = "- Kustomization.kustomize.toolkit.fluxcd.io f/tier  (x)"
        #expect(try proven(("", ""), agreed: left))
    }

    @Test func `an application out of sync by what is to go is proven, by anything else not`()
        throws
    {
        func synced(_ rows: String) throws -> Bool {
            let commit = JSONValue.string(Self.commit)
            let status: JSONValue = [
                "operationState": ["phase": "Succeeded", "syncResult": ["revision": commit]],
                "sync": ["revision": commit], "health": ["status": "Healthy"],
            ]
            return try holds(
                "hand-back.argocd.sync.sync", of: "gitops-hold.lumie",
                ["-o json": JSONValue.object(["status": status]).text, "jsonpath": rows],
                [
                    "child.name": "web", "pinned.commit": Self.commit, "run.id": "run-1",
                    "hand-back.preview.deletions.anything-to-delete": "",
                ])
        }
        #expect(try synced("Synced/+++/") && synced("OutOfSync/++/true,true,"))
        #expect(try !synced("OutOfSync/++/true,,"), "one that is not to go")
        #expect(try !synced("OutOfSync//true,"), "nothing was rendered")
        #expect(try !synced("Unknown//"))
    }
}

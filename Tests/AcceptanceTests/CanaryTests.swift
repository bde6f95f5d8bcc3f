import Canary
import Glibc
import JSON
import LabThreads
import Testing

extension AcceptanceTests {
    /// No secret stands in anything a run leaves behind.
    @Suite(.serialized, .onLabThreads(seconds: 150), .lab("canary")) struct CanaryTests {
        private let lab: Lab
        init() throws { lab = try Lab.shared() }

        /// Steps that are given secrets, and print whatever they can.
        private func steps(_ vault: Vault) -> String {
            let start = "effect: repeatable, timeout: 20s"
            let read = "[get, --raw, /api/v1/namespaces/default/secrets/\(vault.key)]"
            let given = "stdin: { secret: token }"
            let observe = "observe: { all: { run: [\(vault.leak)] } }"
            return [
                "id: hand, title: Hand over, \(start), do: { run: [sha256sum] }, \(given)",
                "id: echo, title: Echo, \(start), do: { run: [cat] }, \(given)",
                "id: leak, title: Leak, \(start), do: { run: [\(vault.leak)] }, "
                    + "capture: { all: { from: stdout } }",
                "id: pass, title: \"Pass on {{ leak.all }}\", \(start), "
                    + "do: { run: [echo, \"x{{ leak.all }}\"] }",
                "id: look, title: Look, \(start), \(observe), "
                    + "do: { run: [echo, \"x{{ observed.all }}\"] }",
                "id: keys, title: Bring the sealing keys, timeout: 20s, "
                    + "do: { kubectl: { at: cluster, run: [create, -f, \"-\"] } }, "
                    + "stdin: { material: sealing-keys, from: keys }, "
                    + "goal: { prove: sealing-keys, with: { cluster: cluster, from: keys } }",
                "id: raw, title: Read it back, \(start), "
                    + "do: { kubectl: { at: cluster, run: \(read) } }",
                "id: remote, title: Echo on a host, \(start), "
                    + "do: { ssh: { host: host, run: [cat] } }, \(given)",
                "id: nap, title: Sleep, \(start), do: { run: [sleep, \"2.5\"] }, \(given)",
            ].map { "  - { \($0) }\n" }.joined()
        }

        private func add(_ name: String, _ vault: Vault, _ last: String = "") throws {
            try lab.library.add(
                name,
                parameters:
                    "host: { type: node }\n  token: { type: secret }\n  keys: { type: secret }",
                steps: [steps(vault), last])
        }

        private func words(_ name: String, _ vault: Vault) -> [String] {
            [name, "--cluster", "local", "--host", "oci-arm"] + given(vault)
        }

        private func given(_ vault: Vault) -> [String] {
            ["--token", vault.tokenFile, "--keys", vault.keysFile]
        }

        private func recover(
            _ somebody: Responder, _ words: [String], _ set: [String: String] = [:]
        )
            throws -> Answer
        {
            try lab.run(
                try somebody.line(words + ["--journal", somebody.journal], set), seconds: 90)
        }

        /// Everything one can be shown of the journal.
        private func show(_ somebody: Responder) throws -> [Answer] {
            try [
                ["status"], ["status", "--json"], ["journal", "list"],
                ["journal", "list", "--json"],
                ["journal", "show"], ["journal", "show", "--json"], ["journal", "verify"],
            ].map { try recover(somebody, $0) }
        }

        /// Scans all that is left, and what was shown.
        private func scan(
            _ somebody: Responder, _ vault: Vault, _ shown: [Answer]
        ) throws -> [Canary.Finding] {
            for (index, answer) in shown.enumerated() {
                #expect(answer.bytes.count > 0, "\(answer)")
                try Files.write(answer.bytes, to: "\(somebody.folder)/shown-\(index)")
            }
            let nodes = ["oci-arm", "layer7-vps1", "oci-arm-free1"].flatMap { node in
                ["run", "tmp", "var/log"].map { "\(lab.folder)/lab/nodes/\(node)/\($0)" }
            }
            let (artefacts, found) = vault.canary.search(
                folders: [somebody.folder, "\(lab.folder)/lab/home", "/dev/shm"] + nodes)
            #expect(artefacts > 20, "\(artefacts) artefacts")
            let configs = [somebody.journal, "work", "kubeconfig-"].joined(separator: "/")
            // kubectl takes its credentials from a file: the one place where they stand,
            // for this user alone.
            let named = found.filter { $0.secret == "kubeconfig" && $0.place.hasPrefix(configs) }
            #expect(!named.isEmpty, "the scan does not see the kubeconfig: \(found)")
            for place in Set(named.map(\.place)) {
                var information = stat()
                #expect(
                    stat(place, &information) == 0 && information.st_mode & 0o777 == 0o600,
                    "\(place)")
            }
            print("canary: \(artefacts) artefacts, \(found.count - named.count) hits")
            return found.filter { !named.contains($0) }
        }

        private func remove(_ vault: Vault) {
            _ = try? lab.kubectl(
                "delete", "secret", vault.key, "-n", "default", "--ignore-not-found")
        }

        // MARK: runs

        @Test(.timeLimit(.minutes(10)))
        func `of a run that recovers, also while a child runs`() async throws {
            let vault = try Vault(lab, "canary-green"),
                somebody = try Responder(lab, "canary-green")
            defer { remove(vault) }
            try add("canary-green", vault)
            let line = try somebody.line(
                words("canary-green", vault) + ["--journal", somebody.journal],
                ["RECOVER_FAILPOINT": "trace:\(vault.folder)/trace"])
            let job = try Job(
                try lab.entering(line), log: "\(somebody.folder)/log", shown: "canary-green")
            try await job.awaitOutput("nap: ", seconds: 60)
            var isSeen = false
            for _ in 0..<600 where !isSeen {
                let (processes, found) = search(processesFor: vault)
                #expect(found.isEmpty, "\(found)")
                isSeen = processes.contains { $0.contains("sleep\u{0}2.5") }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(isSeen, "the child was not seen")
            let answer = try await job.end()
            #expect(answer.code == 0, "\(answer)")
            #expect(answer.text.contains("[redacted:"), "\(answer)")
            let left = try scan(somebody, vault, [answer] + (try show(somebody)))
            #expect(left.isEmpty, "\(left)")
            let journal = try recover(somebody, ["journal", "show", "--json"])
            for name in ["token", "kubeconfig"] {
                #expect(journal.text.contains("[redacted:\(name)]"), "\(name) never tried to leak")
            }
        }

        /// Command line and environment of every process there is.
        private func search(processesFor vault: Vault) -> (seen: [String], found: [Canary.Finding])
        {
            guard let folder = opendir("/proc") else { return ([], []) }
            defer { closedir(folder) }
            var seen: [String] = [], found: [Canary.Finding] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard Int(name) != nil else { continue }
                for file in ["cmdline", "environ"] {
                    let bytes = Files.bytes("/proc/\(name)/\(file)") ?? []
                    found += vault.canary.search(bytes, place: "/proc/\(name)/\(file)")
                    if file == "cmdline" { seen.append(String(decoding: bytes, as: UTF8.self)) }
                }
            }
            return (seen, found)
        }

        @Test(.timeLimit(.minutes(10)), arguments: ["plain", "json"])
        func `of a run that fails`(_ view: String) throws {
            let name = "canary-red-\(view)"
            let vault = try Vault(lab, name), somebody = try Responder(lab, name)
            defer { remove(vault) }
            try add(
                name, vault,
                """
                  - id: fail
                    title: Fail
                    timeout: 2s
                    do: { run: [\(vault.leak), "3"] }
                    goal: { run: [\(vault.leak), "1"], expect: { fails-on: [1] } }

                """)
            let flags = view == "json" ? ["--json"] : []
            let failed = try recover(somebody, words(name, vault) + flags)
            #expect(failed.code == 5, "\(failed)")
            let shown =
                try [failed] + show(somebody) + [recover(somebody, ["plan"] + words(name, vault))]
            let left = try scan(somebody, vault, shown)
            #expect(left.isEmpty, "\(left)")
            let run = try somebody.run()
            let end = try recover(somebody, ["abandon", run, "--why", "a test"])
            #expect(end.code == 0, "\(end)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `of runs that are killed, and resumed`() async throws {
            let vault = try Vault(lab, "canary-killed")
            defer { remove(vault) }
            try add("canary-killed", vault)
            let trace = "\(vault.folder)/trace"
            let first = try Responder(lab, "canary-trace")
            let traced = try recover(
                first, words("canary-killed", vault), ["RECOVER_FAILPOINT": "trace:\(trace)"])
            #expect(traced.code == 0, "\(traced)")
            let points = (Files.text(trace) ?? "").split(separator: "\n")
                .filter { $0.hasSuffix(" after spawn") }.compactMap {
                    $0.split(separator: " ").first
                }
            // The steps echo, leak, keys and remote, in the order of their children.
            try #require(points.count == 9, "\(points)")
            for index in [1, 2, 5, 7] {
                let somebody = try Responder(lab, "canary-killed-\(index)")
                let line = try somebody.line(
                    words("canary-killed", vault) + ["--journal", somebody.journal],
                    ["RECOVER_FAILPOINT": "kill:\(points[index])"])
                let job = try Job(
                    try lab.entering(line), log: "\(somebody.folder)/log", shown: "canary-killed")
                let killed = try await job.end()
                #expect(killed.code != 0, "\(killed)")
                try await Task.sleep(for: .seconds(1))
                let between = try scan(somebody, vault, [killed] + show(somebody))
                #expect(between.isEmpty, "killed at \(points[index]): \(between)")
                let resumed = try recover(somebody, ["resume"] + given(vault))
                #expect(resumed.code == 0, "\(resumed)")
                let left = try scan(somebody, vault, [killed, resumed] + show(somebody))
                #expect(left.isEmpty, "resumed at \(points[index]): \(left)")
            }
        }

        /// The cut of a long output goes through the token, at both ends of what is dropped.
        @Test(.timeLimit(.minutes(10)), arguments: [8, 28, 48])
        func `of an output that is cut through a secret`(_ shift: Int) throws {
            let name = "canary-cut-\(shift)"
            let vault = try Vault(lab, name), somebody = try Responder(lab, name)
            let size = 1 << 20, length = vault.token.count
            var output = [UInt8](repeating: 0x20, count: 3 * size)
            for place in [16384 - shift, size - shift, 2 * size - shift, 3 * size - 16384 - shift] {
                output.replaceSubrange(place..<(place + length), with: vault.token)
            }
            try Files.write(output, to: "\(vault.folder)/long")
            try lab.library.add(
                name, parameters: "token: { type: secret }",
                steps: [
                    "  - { id: long, title: Long, effect: repeatable, timeout: 20s, "
                        + "do: { run: [cat, \(vault.folder)/long] }, capture: { all: { from: stdout } } }\n"
                ])
            let answer = try recover(
                somebody, [name, "--cluster", "local", "--token", vault.tokenFile])
            #expect(answer.code == 0, "\(answer)")
            var kept = 0
            for file in ["journal.db", "journal.db-wal"] {
                // Without the spaces between: this is long.
                let bytes = (Files.bytes("\(somebody.journal)/\(file)") ?? [])
                kept += bytes.count
                let found = vault.canary.search(bytes.filter { $0 != 0x20 }, place: file)
                #expect(found.isEmpty, "\(found)")
            }
            #expect(kept > size, "the output was not kept: \(kept) bytes")
        }

        // MARK: the canary sings

        @Test(.timeLimit(.minutes(10)))
        func `a run that leaks into its folder is caught`() throws {
            let vault = try Vault(lab, "canary-leaky"),
                somebody = try Responder(lab, "canary-leaky")
            try lab.library.add(
                "canary-leaky", parameters: "token: { type: secret }",
                steps: [
                    "  - { id: leak, title: Leak, effect: repeatable, timeout: 5s, "
                        + "do: { run: [tee, left] }, stdin: { secret: token } }\n",
                    "  - { id: wrap, title: Wrap, effect: repeatable, timeout: 5s, "
                        + "do: { run: [cp, \(vault.folder)/lines, lines] } }\n",
                ])
            let answer = try recover(
                somebody, ["canary-leaky", "--cluster", "local", "--token", vault.tokenFile])
            #expect(answer.code == 0, "\(answer)")
            let left = try scan(somebody, vault, [answer])
            let places = Set(left.map(\.place))
            let work = "\(somebody.journal)/work"
            #expect(places == ["\(work)/left", "\(work)/lines"], "\(left)")
            let spellings = Set(left.filter { $0.place == "\(work)/lines" }.map(\.spelling))
            for spelling in ["as it is", "percent-encoded", "in base64", "in hex"] {
                #expect(spellings.contains(spelling), "\(spellings)")
            }
            let home = vault.canary.search(folders: [vault.folder]).found
            let secrets = Set(home.map(\.secret))
            #expect(
                secrets.isSuperset(of: [
                    "token", "sealing-key", "sealing-key-pem", "sealing-key-data",
                ]),
                "\(secrets)")
            let lab = vault.canary.search(folders: [
                "\(lab.folder)/lab/keys", "\(lab.folder)/lab/config",
            ])
            #expect(
                Set(lab.found.map(\.secret)).isSuperset(of: ["ssh-seed", "kubeconfig"]), "\(lab)")
        }
    }
}

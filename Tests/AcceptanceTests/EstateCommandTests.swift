import Glibc
import JSON
import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What `recover estate`, `snapshot` and `drift` say of a living estate.
    @Suite struct EstateCommandTests {
        private let lab: Lab
        private static let estate = "oci-layer7"

        init() throws { lab = try Lab.shared() }

        /// Objects a command printed, by their kind.
        private func records(_ answer: Answer, _ kind: String) -> [JSONValue] {
            answer.lines.compactMap { try? JSONValue(parsing: Array($0.utf8)) }
                .filter { $0["kind"]?.string == kind }.compactMap { $0["data"] }
        }

        // MARK: check and document

        @Test(.timeLimit(.minutes(10)))
        func `check says what is missing, ends with 4, and with 3 when a file is wrong`() throws {
            let somebody = try Responder(lab, "estate-check")
            let answer = try somebody.plain("estate", "check", Self.estate)
            #expect(answer.code == 4, "\(answer)")
            #expect(answer.text.contains("EC-UNKNOWN  clusters local owner: unknown"), "\(answer)")
            // The lab's binding names the UIDs of two clusters of three.
            #expect(answer.text.contains("EC-UID      clusters jls"), "\(answer)")
            #expect(!answer.text.contains("EC-UID      clusters local"), "\(answer)")
            let told = records(
                try somebody.plain("estate", "check", Self.estate, "--json"), "finding")
            #expect(told.contains { $0["code"]?.string == "EC-SPOF" })
            #expect(told.allSatisfy { $0["estate"]?.string == Self.estate })
            let all = try somebody.plain("estate", "check")
            for name in ["flux-cilium", "lumie", "oci-layer7", "proxmox-tiers", "rpi-ha"] {
                #expect(all.text.contains("\(name): "), "\(all)")
            }
            let own = try Library("\(somebody.folder)/library")
            let path = "\(own.folder)/snapshots/lumie/estate.yaml"
            let text = try #require(Files.text(path))
            try Files.write(
                text.replacing("needs: [zot]", with: "needs: [zotte]")
                    .replacing("pod-cidr: 10.42.0.0/16", with: "pod-cidr: 10.42.0.0"), to: path)
            let wrong = try somebody.plain("estate", "check", "--library", own.folder)
            #expect(wrong.code == 3, "\(wrong)")
            #expect(wrong.text.contains("lumie/estate.yaml:"), "\(wrong)")
            #expect(wrong.text.contains("ES-REF") && wrong.text.contains("ES-TYPE"), "\(wrong)")
            let unknown = try somebody.plain("estate", "check", "lumi")
            #expect(
                unknown.code == 2 && unknown.text.contains("did you mean 'lumie'"), "\(unknown)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `document is the same each time, and cites what was seen`() throws {
            let somebody = try Responder(lab, "estate-document")
            let first = try somebody.plain("estate", "document", "rpi-ha")
            let second = try somebody.plain("estate", "document", "rpi-ha")
            #expect(first.code == 0 && first.text == second.text, "\(first)")
            for part in [
                "## A1, Q1", "## A5", "## EV5", "k3s-etcd-restore", "(2 persons agree)", "kube-vip",
            ] {
                #expect(first.text.contains(part), "\(part)\n\(first)")
            }
            #expect(!first.text.contains("Pause Fleet"), "a step of another engine")
        }

        // MARK: snapshots

        @Test(.timeLimit(.minutes(10)))
        func `a snapshot is taken, shown, verified, cited and compared`() throws {
            let somebody = try Responder(lab, "snapshot")
            let own = try Library("\(somebody.folder)/library")
            func recover(_ words: String...) throws -> Answer {
                try lab.run(try somebody.line(words + ["--library", own.folder]), seconds: 120)
            }
            let canary: JSONValue = [
                "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
                "metadata": ["name": "canary", "namespace": "kube-system"],
                "data": ["password": "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ=="],
            ]
            try lab.kubectl("create", "-f", "-", input: canary.text)
            defer { _ = try? lab.kubectl("delete", "secret", "canary", "-n", "kube-system") }
            let taken = try recover("snapshot", "take", Self.estate)
            // jls is not bound, so the whole estate was not seen.
            #expect(taken.code == 4, "\(taken)")
            #expect(taken.text.contains("local nodes: 3"), "\(taken)")
            #expect(
                taken.text.contains("jls server: cannot tell: the binding says nothing"), "\(taken)"
            )
            let place = "\(own.folder)/snapshots/\(Self.estate)/observed"
            let folder = try #require(try Files.names(place).first)
            let snapshot = "\(place)/\(folder)"
            let secrets = try #require(Files.text("\(snapshot)/clusters/local/secrets.jsonl"))
            #expect(secrets.contains("kube-system/canary") && secrets.contains("salted-sha256"))
            for secret in ["correct-horse", "Y29ycmVjdC1ob3Jz", "\"password\""] {
                #expect(!secrets.contains(secret))
            }
            let shown = try recover("snapshot", "show", Self.estate)
            #expect(
                shown.code == 0 && shown.text.contains("homelab fleet-repositories: 1"), "\(shown)")
            let intact = try recover("snapshot", "verify", Self.estate)
            #expect(intact.code == 0 && intact.text.contains("INTACT"), "\(intact)")
            // The same world gives the same files.
            let again = "\(somebody.folder)/again"
            #expect(try recover("snapshot", "take", Self.estate, "--out", again).code == 4)
            let same = try recover(
                "snapshot", "diff", Self.estate, "--from", folder, "--to", again)
            #expect(same.text.contains("jls server ?") == false)
            let changes = records(
                try recover(
                    "snapshot", "diff", Self.estate, "--from", folder, "--to", again, "--json"),
                "difference")
            #expect(changes.allSatisfy { $0["section"]?.string == "jls server" }, "\(changes)")
            let cited = try recover("estate", "document", Self.estate)
            #expect(cited.text.contains("v1.35.4+k3s1 [d] [o]"), "\(cited)")
            // One byte.
            let path = "\(again)/clusters/local/nodes.jsonl"
            let nodes = try #require(Files.text(path))
            try Files.write(nodes.replacing("eu-PAR", with: "eu-PAS"), to: path)
            let broken = try recover("snapshot", "verify", Self.estate, "--snapshot", again)
            #expect(broken.code == 11, "\(broken)")
            #expect(broken.text.contains("clusters/local/nodes.jsonl is not as it was written"))
            let refused = try recover("snapshot", "diff", Self.estate, "--from", again)
            #expect(refused.code == 11, "\(refused)")
            #expect(try recover("snapshot", "take", Self.estate, "--out", again).code == 3)
        }

        @Test(.timeLimit(.minutes(10)))
        func `a whole snapshot ends with 0, and one of the same world differs in nothing`() throws {
            let somebody = try Responder(lab, "snapshot-whole")
            let own = try Library("\(somebody.folder)/library")
            let declared = "\(own.folder)/snapshots/\(Self.estate)/estate.yaml"
            // Of this estate every cluster is bound.
            let text = try #require(Files.text(declared))
            let start = try #require(text.firstRange(of: "  - name: jls\n"))
            let end = try #require(text.firstRange(of: "\nnodes:\n"))
            try Files.write(
                String(text[..<start.lowerBound]) + String(text[end.lowerBound...]), to: declared)
            let one = "\(somebody.folder)/one", two = "\(somebody.folder)/two"
            for place in [one, two] {
                let taken = try lab.run(
                    try somebody.line([
                        "snapshot", "take", Self.estate, "--out", place, "--library", own.folder,
                    ]), seconds: 120)
                #expect(taken.code == 0, "\(taken)")
                #expect(taken.text.contains("local api-certificate: 1"), "\(taken)")
            }
            let same = try somebody.plain(
                "snapshot", "diff", Self.estate, "--from", one, "--to", two, "--library", own.folder
            )
            #expect(same.code == 0 && same.text.contains("nothing differs"), "\(same)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a snapshot tells what changed in between, and differs from what is declared`() throws
        {
            let somebody = try Responder(lab, "snapshot-diff")
            func recover(_ words: String...) throws -> Answer {
                try lab.run(try somebody.line(words), seconds: 120)
            }
            let old = "\(somebody.folder)/old", new = "\(somebody.folder)/new"
            #expect(try recover("snapshot", "take", Self.estate, "--out", old).code == 4)
            try lab.kubectl("label", "node", "layer7-vps1", "node.io/role=other", "--overwrite")
            defer {
                _ = try? lab.kubectl(
                    "label", "node", "layer7-vps1", "node.io/role=workload", "--overwrite")
            }
            #expect(try recover("snapshot", "take", Self.estate, "--out", new).code == 4)
            let changed = try recover("snapshot", "diff", Self.estate, "--from", old, "--to", new)
            #expect(changed.code == 3, "\(changed)")
            #expect(
                changed.text.contains("~ layer7-vps1: labels node.io/role: workload → other"),
                "\(changed)")
            let declared = try recover("snapshot", "diff", Self.estate, "--to", new)
            #expect(
                declared.text.contains("label node.io/role: workload → other"), "\(declared)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a cluster that is another than the binding names is not read`() throws {
            let somebody = try Responder(lab, "snapshot-other")
            let bindings = "\(somebody.folder)/config/recover/bindings"
            for folder in ["config", "config/recover", "config/recover/bindings"] {
                try Files.makeFolder("\(somebody.folder)/\(folder)")
            }
            let own = try #require(Files.text(try binding()))
            let uid = try lab.kubectl(
                "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")
            try Files.write(
                own.replacing(uid, with: "00000000-0000-0000-0000-000000000000"),
                to: "\(bindings)/\(Self.estate).yaml", mode: 0o600)
            let out = "\(somebody.folder)/out"
            let refused = try somebody.plain(
                "snapshot", "take", Self.estate, "--out", out,
                set: ["XDG_CONFIG_HOME": "\(somebody.folder)/config"])
            #expect(refused.code == 4 && refused.text.contains("SN-OTHER"), "\(refused)")
            #expect(!Files.exists(out))
        }

        /// The path of the binding the lab wrote.
        private func binding() throws -> String {
            let found = try lab.run(["/bin/sh", "-c", "echo $XDG_CONFIG_HOME"])
            let folder = try #require(found.lines.first, "\(found)")
            return "\(folder)/recover/bindings/\(Self.estate).yaml"
        }

        // MARK: drift

        @Test(.timeLimit(.minutes(10)))
        func `drift compares four places, and sees a label that went elsewhere`() throws {
            let somebody = try Responder(lab, "drift")
            let healthy = try lab.run(
                try somebody.line(["drift", Self.estate, "--json"]), seconds: 120)
            let rows = records(healthy, "drift")
            #expect(healthy.code == 4, "\(healthy)")
            let version = rows.first {
                $0["fact"]?.string == "version" && $0["cluster"]?.string == "local"
            }
            #expect(version?["verdict"]?.string == "same", "\(healthy)")
            #expect(version?["live"]?.string == "v1.35.4+k3s1")
            #expect(version?["observed"]?.string == "(no snapshot)")
            #expect(version?["git"]?.string == "(does not say)")
            let label = "oci-arm label node.io/ingress"
            #expect(
                rows.contains { $0["fact"]?.string == label && $0["verdict"]?.string == "same" })
            try lab.kubectl("label", "node", "oci-arm", "node.io/ingress=false", "--overwrite")
            defer {
                _ = try? lab.kubectl(
                    "label", "node", "oci-arm", "node.io/ingress=true", "--overwrite")
            }
            let moved = try lab.run(try somebody.line(["drift", Self.estate]), seconds: 120)
            #expect(moved.code == 4, "\(moved)")
            for line in [
                "drift        local: \(label)", "    declared  true", "    live      false",
                "kubectl label node oci-arm node.io/ingress=true --overwrite", "Git: ",
                "no run has pinned one",
            ] {
                #expect(moved.text.contains(line), "\(line)\n\(moved)")
            }
        }

        // MARK: init

        @Test(.timeLimit(.minutes(10)))
        func `init writes an estate that loads, from a living cluster, and no secret`() throws {
            let somebody = try Responder(lab, "estate-init")
            let found = try lab.run(["/bin/sh", "-c", "echo $KUBECONFIG"])
            let kubeconfig = try #require(found.lines.first.map(String.init), "\(found)")
            let context =
                try lab.kubectl("config", "current-context").split(separator: "\n").first ?? ""
            let out = "\(somebody.folder)/own/snapshots/fresh"
            let line = [
                "estate", "init", "--kubeconfig", kubeconfig, "--context", String(context),
                "--name",
                "fresh", "--out", out,
            ]
            let answer = try lab.run(try somebody.line(line), seconds: 120)
            #expect(answer.code == 0, "\(answer)")
            let estate = try #require(Files.text("\(out)/estate.yaml"))
            for part in [
                "name: fresh", "version: \"v1.35.4+k3s1\"", "  - name: oci-arm\n",
                "owner: unknown  # a person", "api: \"https://89.168.42.7:6443\"",
                "\"node.io/ingress\":\"true\"",
            ] {
                #expect(estate.contains(part), "\(part)\n\(estate)")
            }
            let binding = try #require(Files.text("\(out)/binding.yaml"))
            let uid = try lab.kubectl(
                "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")
            #expect(binding.contains(uid) && binding.contains(kubeconfig), "\(binding)")
            // Nothing of the credentials went into any of the files.
            for line in (Files.text(kubeconfig) ?? "").split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count == 2, ["token:", "client-key-data:"].contains(words[0]) else {
                    continue
                }
                let secret = String(words[1].prefix(40))
                #expect(!estate.contains(secret) && !binding.contains(secret))
            }
            try Files.makeFolder("\(somebody.folder)/own/runbooks")
            let checked = try somebody.plain(
                "estate", "check", "fresh", "--library", "\(somebody.folder)/own")
            #expect(checked.code == 4 && checked.text.contains("fresh: "), "\(checked)")
            let again = try lab.run(try somebody.line(line), seconds: 60)
            #expect(again.code == 3 && again.text.contains("ES-THERE"), "\(again)")
            #expect(Files.text("\(out)/estate.yaml") == estate)
            let other = try lab.run(
                try somebody.line([
                    "estate", "init", "--kubeconfig", kubeconfig, "--context", "nowhere", "--name",
                    "x",
                    "--out", "\(somebody.folder)/nothing",
                ]), seconds: 60)
            #expect(other.code == 3 && other.text.contains("no context 'nowhere'"), "\(other)")
            #expect(!Files.exists("\(somebody.folder)/nothing"))
        }
    }
}

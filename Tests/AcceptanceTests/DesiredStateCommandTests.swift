import Glibc
import JSON
import LabThreads
import Processes
import Testing

extension AcceptanceTests {
    /// `recover desired-state` against a real repository; it needs no cluster.
    @Suite(.serialized, .onLabThreads) struct DesiredStateCommandTests {
        private let folder: String
        private var source: String { "\(folder)/source" }

        init() throws {
            folder = try Lab.folder("desired")
            Lab.remove(folder)
            try Files.makeFolder(folder)
            _ = try Library("\(folder)/library")
            for part in ["", "/clusters", "/clusters/home"] {
                try Files.makeFolder(source + part)
            }
            try bind("")
            try run("/usr/bin/git", ["init", "--quiet", "--initial-branch=main", source])
        }

        private func bind(_ more: String) throws {
            let path = "\(folder)/config/recover/bindings"
            for part in ["/config", "/config/recover", "/config/recover/bindings"] {
                try Files.makeFolder(folder + part)
            }
            try Files.write(
                """
                binding: 1
                estate: flux-cilium
                sources:
                  state: { url: "file://\(source)", branch: main, path: clusters/home\(more) }

                """, to: "\(path)/flux-cilium.yaml", mode: 0o600)
        }

        private var environment: [String: String] {
            [
                "PATH": "/usr/bin:/bin", "HOME": folder, "XDG_CONFIG_HOME": "\(folder)/config",
                "XDG_STATE_HOME": "\(folder)/state", "XDG_DATA_HOME": "\(folder)/data",
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada", "GIT_COMMITTER_NAME": "Ada",
                "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_EMAIL": "ada@example.org",
            ]
        }

        @discardableResult
        private func run(_ program: String, _ words: [String]) throws -> Answer {
            let captured = try Command(program, words, environment: environment)
                .capture(deadline: .seconds(120))
            return Answer(
                command: words.joined(separator: " "), ending: captured.ending,
                bytes: captured.output.bytes + captured.error.bytes)
        }

        private func recover(_ words: String...) throws -> Answer {
            try run(
                try Programs.path("recover"),
                ["desired-state"] + words
                    + ["--estate", "flux-cilium", "--library", "\(folder)/library"])
        }

        /// Commits `files`, and removes those that are empty.
        private func commit(_ files: [String: String], _ options: [String] = []) throws -> String {
            for (name, text) in files {
                let path = "\(source)/clusters/home/\(name)"
                if text.isEmpty { unlink(path) } else { try Files.write(text, to: path) }
            }
            try run("/usr/bin/git", ["-C", source, "add", "--all"])
            let made = try run(
                "/usr/bin/git",
                ["-C", source] + options + ["commit", "--quiet", "--allow-empty", "-m", "state"])
            try #require(made.code == 0, "\(made)")
            return try run("/usr/bin/git", ["-C", source, "rev-parse", "HEAD"])
                .text.split(separator: "\n").first.map(String.init) ?? ""
        }

        private func object(_ kind: String, _ name: String, _ rest: String = "") -> String {
            "apiVersion: v1\nkind: \(kind)\nmetadata: { name: \(name), namespace: home }\n\(rest)"
        }

        @Test(.timeLimit(.minutes(10)))
        func `two commits are shown and compared, and no secret is printed`() throws {
            defer { Lab.remove(folder) }
            let secret = { (value: String) in
                object("Secret", "s", "stringData: { password: \(value) }\n")
            }
            let old = try commit([
                "a.yaml": object("ConfigMap", "a", "data: { k: old }\n"),
                "s.yaml": secret("hunter1"),
                "gone.yaml": object("Service", "gone"),
            ])
            let shown = try recover("show")
            #expect(shown.code == 0 && shown.text.contains(old), "\(shown)")
            #expect(shown.text.contains("ConfigMap home/a  clusters/home/a.yaml:1"), "\(shown)")
            #expect(shown.text.contains("the binding asks for nobody"), "\(shown)")
            let new = try commit([
                "a.yaml": object("ConfigMap", "a", "data: { k: new }\n"),
                "s.yaml": secret("hunter2"),
                "gone.yaml": "", "more.yaml": object("Service", "more"),
            ])
            _ = try recover("show")
            let compared = try recover("diff", "\(old)..\(new)")
            #expect(compared.code == 3, "\(compared)")
            for line in [
                "~ ConfigMap home/a", "data.k: old → new", "~ Secret home/s", "stringData.password",
                "- Service home/gone", "+ Service home/more",
            ] {
                #expect(compared.text.contains(line), "\(line)\n\(compared)")
            }
            let machine = try recover("diff", "\(old)..head", "--json")
            #expect(machine.code == 3)
            for answer in [shown, compared, machine, try recover("show", "--json")] {
                #expect(!answer.text.contains("hunter"), "\(answer)")
            }
            #expect(try recover("diff", "\(new)..\(new)").code == 0)
            #expect(try recover("diff").code == 4)
            let built = try commit(["kustomization.yaml": "images: [{ name: a, newTag: \"1\" }]\n"])
            let tagged = try commit(["kustomization.yaml": "images: [{ name: a, newTag: \"2\" }]\n"]
            )
            _ = try recover("show")
            let tag = try recover("diff", "\(built)..\(tagged)")
            #expect(tag.code == 3, "\(tag)")
            #expect(
                tag.text.contains(
                    "~ not rendered: kustomize in clusters/home: 1 file differs (kustomization.yaml)"
                ),
                "\(tag)")
            #expect(try recover("diff", "main..head").code == 2)
            #expect(try recover("show", "--source", "stat").text.contains("did you mean 'state'"))
        }

        @Test(.timeLimit(.minutes(10)))
        func `check refuses what a pin would, says why and what to do, and ends with 11`() throws {
            defer { Lab.remove(folder) }
            try run(
                "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/key"])
            let key = try #require(Files.text("\(folder)/key.pub")).split(separator: " ")
            try Files.write("ada@example.org \(key[0]) \(key[1])\n", to: "\(folder)/allowed")
            _ = try commit(["a.yaml": object("ConfigMap", "a")])
            #expect(try recover("check").code == 0)
            try bind(", signers: { ssh: \(folder)/allowed }")
            let unsigned = try recover("check")
            #expect(unsigned.code == 11 && unsigned.text.contains("GT-SIG"), "\(unsigned)")
            #expect(unsigned.text.contains("git commit -S"), "\(unsigned)")
            #expect(try recover("show").text.contains("NOT PROVEN: GT-SIG"))
            let signing = ["-c", "gpg.format=ssh", "-c", "user.signingKey=\(folder)/key"]
            _ = try commit([:], signing + ["-c", "commit.gpgSign=true"])
            let signed = try recover("check")
            #expect(signed.code == 0 && signed.text.contains("it could be pinned"), "\(signed)")
            #expect(try recover("show").text.contains("by ada@example.org (ssh, SHA256:"))
            _ = try commit(
                ["b.yaml": "a: 1\na: 2\n"], signing + ["-c", "commit.gpgSign=true"])
            let broken = try recover("check", "--json")
            #expect(broken.code == 11, "\(broken)")
            let codes = broken.lines.compactMap { try? JSONValue(parsing: Array($0.utf8)) }
                .compactMap { $0.at("data", "code")?.string }
            #expect(codes.contains("GT-MANIFEST") && codes.contains("RB-DUPKEY"), "\(broken)")
            Lab.remove(source)
            let lost = try recover("check")
            #expect(lost.code == 4 && lost.text.contains("GT-"), "\(lost)")
        }

        /// A runbook that pins the source and does nothing else.
        private func pin() throws -> Answer {
            try Files.write(
                """
                recover: 1
                runbook: only-pin
                version: 1.0.0
                title: A pin
                parameters: { of: { type: text } }
                steps:
                  - { id: pin, title: Pin, timeout: 5m, do: { desired-state: pin, source: of } }
                recovered:
                  - { id: end, title: The end, within: 60s, check: { run: ["true"] } }

                """, to: "\(folder)/library/runbooks/only-pin.yaml")
            return try run(
                try Programs.path("recover"),
                [
                    "only-pin", "--of", "state", "--estate", "flux-cilium", "--library",
                    "\(folder)/library",
                ])
        }

        @Test(.timeLimit(.minutes(10)))
        func `a source that answers wrongly is refused, and one that is away is not`() throws {
            defer { Lab.remove(folder) }
            let commit = try commit(["a.yaml": object("ConfigMap", "a")])
            let pinned = try pin()
            #expect(pinned.code == 0, "\(pinned)")
            try run("/usr/bin/git", ["-C", source, "branch", "-m", "other"])
            for words in [["check"], ["check", "--commit", commit], ["show"], ["diff"]] {
                let wrong = try run(
                    try Programs.path("recover"),
                    ["desired-state"] + words
                        + ["--estate", "flux-cilium", "--library", "\(folder)/library"])
                #expect(wrong.code == 11 && wrong.text.contains("GT-REF: "), "\(words) \(wrong)")
                #expect(wrong.text.contains("type: recover desired-state show --commit pinned"))
                #expect(!wrong.text.contains("could be pinned"), "\(wrong)")
            }
            let shown = try recover("show", "--commit", "pinned")
            #expect(shown.code == 0 && shown.text.contains("answers WRONGLY (GT-REF)"), "\(shown)")
            Lab.remove(source)
            let away = try recover("check")
            #expect(away.code == 0 && away.text.contains("reached (GT-NET)"), "\(away)")
            #expect(away.text.contains("it could be pinned"), "\(away)")
        }
    }
}

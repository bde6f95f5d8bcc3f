import Testing

extension AcceptanceTests.AgainstHostileText {
    /// What others wrote is shown, never obeyed.
    @Suite struct HostileTextTests {
        private let lab: Lab
        /// Clears the screen, sets the window's title, and a C1 introducer.
        private static let evil = "\u{1b}[2J\u{1b}]0;owned\u{07}\u{9b}31m\u{202e}evil"

        init() throws { lab = try Lab.shared() }

        private func expectHarmless(_ answer: Answer) {
            #expect(answer.controls.isEmpty, "\(answer.text.debugDescription)")
            for scalar in answer.text.unicodeScalars {
                let value = scalar.value
                #expect(!(0x80..<0xA0).contains(value) && value != 0x202E, "\(answer)")
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `no control byte of a cluster's text reaches the terminal`() throws {
            let escaped = #"\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil"#
            try lab.kubectl(
                "create", "--raw", "/api/v1/namespaces/default/configmaps", "-f", "-",
                input: """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"evil",
                    "annotations":{"evil":"\(escaped)"}},"data":{"evil":"\(escaped)"}}
                    """)
            let get = "get, configmap, evil, -n, default, -o"
            try lab.library.add(
                "hostile",
                steps: [
                    """
                      - id: find
                        title: Find it
                        effect: repeatable
                        timeout: 10s
                        do: { kubectl: { at: cluster, run: [\(get), json] } }
                        capture: { text: { from: stdout, json: /data/evil } }
                      - id: tell
                        title: The text is {{ find.text }}
                        do: { note: true }
                      - id: fail
                        title: Ask for {{ find.text }}
                        timeout: 1s
                        do: { kubectl: { at: cluster, run: [\(get), "jsonpath={.data.evil}"] } }
                        goal:
                          kubectl: { at: cluster, run: [\(get), "jsonpath={.data.evil}"] }
                          expect: { stdout: { equals: harmless } }

                    """
                ])
            let somebody = try Responder(lab, "hostile")
            let answer = try somebody.recover("hostile", "--cluster", "local")
            #expect(answer.code == 5, "\(answer)")
            #expect(answer.text.contains("\\u{1b}[2J"), "\(answer)")
            expectHarmless(answer)
            for words in [["status"], ["journal", "show"], ["journal", "list"]] {
                let shown = try lab.run(
                    try somebody.line(words + ["--journal", somebody.journal]))
                #expect(shown.code == 0, "\(shown)")
                expectHarmless(shown)
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `nor one of a program's complaint, or of what was typed`() throws {
            let somebody = try Responder(lab, "complaint")
            let script = "\(somebody.folder)/complain"
            try Files.write(
                "#!/bin/sh\nprintf '%b' '\\033[31m\\007\\302\\2331m complaint\\n' >&2\nexit 3\n",
                to: script, mode: 0o755)
            try lab.library.add(
                "complaint",
                steps: [
                    "  - { id: one, title: Complain, effect: repeatable, timeout: 5s, "
                        + "do: { run: [\(script)] } }\n"
                ])
            let answer = try somebody.recover("complaint", "--cluster", "local")
            #expect(answer.code == 5, "\(answer)")
            #expect(answer.text.contains("complaint"), "\(answer)")
            expectHarmless(answer)
            expectHarmless(try somebody.recover("status"))
            expectHarmless(try somebody.recover("journal", "show"))
            expectHarmless(try somebody.recover("status", Self.evil))
            expectHarmless(try somebody.recover(Self.evil, "--\(Self.evil)", Self.evil))
            expectHarmless(try somebody.recover("node-loss", "--node", Self.evil))
        }
    }
}

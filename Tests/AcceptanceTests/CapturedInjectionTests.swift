import JSON
import Testing

extension AcceptanceTests.AgainstHostileText {
    /// The same of what is found during the run: captured, observed, spread,
    /// and handed on to hosts and clusters.
    @Suite struct CapturedInjectionTests {
        private let lab: Lab
        private static let keys = (0..<HostileStrings.count).map { "k\(1000 + $0)" }
        private static let step = "effect: repeatable\n    timeout: 20s"

        init() throws { lab = try Lab.shared() }

        /// A step that finds the values and keeps them as list and by key.
        private func find(_ attack: Attack) -> String {
            """
              - id: find
                title: Find
                \(Self.step)
                do: { run: [cat, \(attack.somebody.folder)/found] }
                capture: { all: { from: stdout, json: /all }, one: { from: stdout, json: /one } }

            """
        }

        private func put(_ values: [String], _ attack: Attack) throws {
            let one = Dictionary(uniqueKeysWithValues: zip(Self.keys, values.map(JSONValue.string)))
            let found: JSONValue = [
                "all": .array(values.map(JSONValue.string)), "one": .object(one),
            ]
            try Files.write(found.utf8, to: "\(attack.somebody.folder)/found")
        }

        private func holes(_ path: String, _ values: [String]) -> [String] {
            Self.keys.prefix(values.count).map { "\"{{ \(path)\($0) }}\"" }
        }

        private func mapping(_ values: [String]) -> String {
            zip(Self.keys, holes("find.one.", values)).map { "\($0): \($1)" }
                .joined(separator: ", ")
        }

        /// A way for captured values: an option stops the step before it starts.
        private func captured(
            _ attack: Attack, refusal: Int32? = 5, parameters: [String] = [],
            words: [String] = [], steps: @escaping ([String]) -> String
        ) -> Attack.Way {
            Attack.Way(
                refusal: { $0.isOption ? refusal : nil }, parameters: { _ in parameters },
                steps: { find(attack) + steps($0) },
                prepare: {
                    try put($0, attack)
                    return words
                })
        }

        @Test(.timeLimit(.minutes(10)))
        func `as arguments`() throws {
            let attack = try Attack(lab, "captured")
            try attack.run(captured(attack) { attack.step(holes("find.one.", $0)) })
        }

        @Test(.timeLimit(.minutes(10)))
        func `as arguments of a question`() throws {
            let attack = try Attack(lab, "question")
            try attack.run(
                captured(attack, refusal: 6) {
                    let list = ([attack.recorder.program] + holes("find.one.", $0))
                        .joined(separator: ", ")
                    return "  - { id: ask, title: Ask, timeout: 1s, goal: { run: [\(list)] } }\n"
                })
        }

        @Test(.timeLimit(.minutes(10)))
        func `as the elements of an each`() throws {
            let attack = try Attack(lab, "each")
            var way = captured(attack) { _ in
                attack.step([#""{{ item }}""#], "each: { item: find.all }")
            }
            way.expected = { $0.map { [Array($0.utf8)] } }
            try attack.run(way)
        }

        @Test(.timeLimit(.minutes(10)))
        func `spread`() throws {
            let attack = try Attack(lab, "spread")
            try attack.run(captured(attack) { _ in attack.step(["{ spread: find.all }"]) })
        }

        @Test(.timeLimit(.minutes(10)))
        func `as JSON, in an argument and on standard input`() throws {
            let attack = try Attack(lab, "json")
            let all = HostileStrings.all
            let way = captured(attack, refusal: nil) {
                attack.step(
                    ["{ json: { \(mapping($0)) } }"], "stdin: { json: { \(mapping($0)) } }")
            }
            let answer = try attack.start(way, all)
            #expect(answer.code == 0, "\(answer)")
            let starts = try attack.recorder.starts()
            try #require(starts.count == 1 && starts[0].count == 1, "\(answer)")
            for (place, bytes) in [("argument", starts[0][0]), ("input", attack.recorder.input)] {
                let document = try JSONValue(parsing: bytes)
                var same = 0
                for (key, value) in zip(Self.keys, all) {
                    let got = Array((document[key]?.string ?? "nothing").utf8)
                    #expect(got == Array(value.utf8), "\(place): \(value.debugDescription)")
                    if got == Array(value.utf8) { same += 1 }
                }
                print("attack-json-\(place): \(all.count) strings, \(same) passed identical")
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `observed`() throws {
            let attack = try Attack(lab, "observed")
            try attack.run(
                Attack.Way(
                    // An empty answer means that the thing is not there.
                    refusal: { $0.isEmpty || $0.isOption ? 5 : nil },
                    steps: { values in
                        let observe = Self.keys.prefix(values.count).map {
                            "\($0): { run: [cat, \(attack.somebody.folder)/\($0)], absent: stop }"
                        }.joined(separator: ", ")
                        return attack.step(holes("observed.", values), "observe: { \(observe) }")
                    },
                    prepare: { values in
                        for (key, value) in zip(Self.keys, values) {
                            // One newline at its end is the program's, not the value's.
                            try Files.write("\(value)\n", to: "\(attack.somebody.folder)/\(key)")
                        }
                        return []
                    }))
        }

        // MARK: on a host, and to a cluster

        /// A recorder on the machine `oci-arm`.
        private func recorder() throws -> Recorder {
            try Recorder("\(lab.folder)/lab/nodes/oci-arm/srv", seen: "/srv")
        }

        @Test(.timeLimit(.minutes(10)))
        func `as arguments of an act on a host`() throws {
            let attack = try Attack(lab, "ssh", recorder: recorder())
            try attack.run(
                captured(
                    attack, parameters: ["host: { type: node }"], words: ["--host", "oci-arm"]
                ) {
                    let list = ([attack.recorder.program] + holes("find.one.", $0))
                        .joined(separator: ", ")
                    return """
                          - id: record
                            title: Record
                            \(Self.step)
                            do: { ssh: { host: host, run: [\(list)] } }

                        """
                })
        }

        @Test(.timeLimit(.minutes(10)))
        func `as arguments of a question to a host`() throws {
            let attack = try Attack(lab, "ssh-question", recorder: recorder())
            try attack.run(
                captured(
                    attack, refusal: 6, parameters: ["host: { type: node }"],
                    words: ["--host", "oci-arm"]
                ) {
                    let list = ([attack.recorder.program] + holes("find.one.", $0))
                        .joined(separator: ", ")
                    return "  - { id: ask, title: Ask, timeout: 1s, goal: "
                        + "{ ssh: { host: host, run: [\(list)] } } }\n"
                })
        }

        /// A kubectl before the real one writes down what is for it.
        @Test(.timeLimit(.minutes(10)))
        func `as arguments of kubectl`() throws {
            let attack = try Attack(lab, "kubectl")
            let folder = "\(attack.somebody.folder)/bin"
            try Files.makeFolder(folder)
            let real = try lab.run(["sh", "-c", "command -v kubectl"]).text.filter { $0 != "\n" }
            try Files.write(
                """
                #!/bin/sh
                # What the tool gives every kubectl stands before the step's own words.
                for word; do [ "$word" != record ] || { while [ "$1" != record ]; do shift; done; shift
                exec \(attack.recorder.program) "$@"; }; done
                exec \(real) "$@"

                """, to: "\(folder)/kubectl", mode: 0o755)
            let path = try lab.run(["sh", "-c", "printf %s \"$PATH\""]).text
            try attack.run(
                captured(attack) {
                    let list = (["record"] + holes("find.one.", $0)).joined(separator: ", ")
                    return """
                          - id: record
                            title: Record
                            \(Self.step)
                            do: { kubectl: { at: cluster, run: [\(list)] } }

                        """
                }, set: ["PATH": "\(folder):\(path)"])
        }

        // MARK: read back from the journal

        /// A value that came back from the journal is no template either.
        @Test(.timeLimit(.minutes(10)))
        func `after the engine was killed and went on`() async throws {
            let attack = try Attack(lab, "resumed")
            let values = ["{{ run.id }}", "$(id)", "a\nb", "'", "{", "{{ find.all }}", ""]
            let way = captured(attack) { _ in
                attack.step(
                    [#""{{ item }}""#, #""{{ item }}{{ item }}""#], "each: { item: find.all }")
            }
            try way.make(attack, values)
            let wanted = Set(values.map { [Array($0.utf8), Array("\($0)\($0)".utf8)] })
            for point in [3, 6, 9, 12, 15, 18] {
                attack.recorder.clear()
                let somebody = try Responder(lab, "attack-resumed-\(point)")
                let job = try somebody.start(
                    attack.name, "--cluster", "local", "--library", attack.library.folder,
                    failpoint: "kill:\(point)")
                _ = try await job.end()
                let resumed = try somebody.recover("resume", "--library", attack.library.folder)
                #expect(resumed.code == 0, "point \(point): \(resumed)")
                #expect(Set(try attack.recorder.starts()) == wanted, "point \(point): \(resumed)")
            }
        }
    }
}

import JSON
import Testing

extension AcceptanceTests.AgainstHostileText {
    /// What a value holds is one argument of the child, byte for byte, or
    /// nothing is started.
    @Suite struct InjectionTests {
        private let lab: Lab
        private static let keys = (0..<HostileStrings.count).map { "k\(1000 + $0)" }

        init() throws { lab = try Lab.shared() }

        /// `"{{ path.k1000 }}"`, `"{{ path.k1001 }}"` and so on.
        private func holes(_ path: String, _ values: [String]) -> [String] {
            Self.keys.prefix(values.count).map { "\"{{ \(path)\($0) }}\"" }
        }

        private func mapping(_ values: [String]) -> String {
            zip(Self.keys, values).map { "\($0): \($1.quotedForYAML)" }.joined(separator: ", ")
        }

        private func options(_ values: [String]) -> [String] {
            zip(Self.keys, values).map { "--\($0)=\($1)" }
        }

        // MARK: known when the plan is made

        @Test(.timeLimit(.minutes(10)))
        func `through a text parameter`() throws {
            let attack = try Attack(lab, "text")
            try attack.run(
                Attack.Way(
                    refusal: {
                        $0.isEmpty || $0.isOption || $0.holdsControl ? 2 : $0.holdsHole ? 3 : nil
                    },
                    parameters: { Self.keys.prefix($0.count).map { "\($0): { type: text }" } },
                    steps: { attack.step(holes("", $0)) }, prepare: options))
        }

        @Test(.timeLimit(.minutes(10)))
        func `through a choice`() throws {
            let attack = try Attack(lab, "choice")
            try attack.run(
                Attack.Way(
                    refusal: {
                        $0.isEmpty ? 2 : $0.isOption || $0.holdsHole || $0.isInvisible ? 3 : nil
                    },
                    parameters: { values in
                        zip(Self.keys, values).map {
                            "\($0): { type: choice, of: [other, \($1.quotedForYAML)] }"
                        }
                    },
                    steps: { attack.step(holes("", $0)) }, prepare: options))
        }

        /// Writes `facts` under the first node, and a backup with the same.
        private func declare(_ values: [String], in library: Library) throws {
            let path = "\(library.folder)/snapshots/oci-layer7/estate.yaml"
            let text = try #require(
                Files.text("\(Programs.repository)/snapshots/oci-layer7/estate.yaml"))
            let facts = "odd: { \(mapping(values)) }"
            let list = values.map(\.quotedForYAML).joined(separator: ", ")
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
                line -> [String] in
                switch line {
                case "  - name: oci-arm": [String(line), "    \(facts)", "    list: [\(list)]"]
                case "backups: unknown":
                    ["backups:", "  - { name: last, kind: odd, path: /x, \(facts) }"]
                default: [String(line)]
                }
            }
            try Files.write(lines.joined(separator: "\n"), to: path)
        }

        @Test(.timeLimit(.minutes(10)))
        func `through the facts of a node`() throws {
            let attack = try Attack(lab, "facts")
            try attack.run(
                Attack.Way(
                    refusal: { $0.isOption || $0.holdsHole || $0.isInvisible ? 3 : nil },
                    parameters: { _ in ["host: { type: node }"] },
                    steps: { attack.step(holes("host.odd.", $0)) },
                    prepare: {
                        try declare($0, in: attack.library)
                        return ["--host", "oci-arm"]
                    }))
        }

        @Test(.timeLimit(.minutes(10)))
        func `through the facts of a backup`() throws {
            let attack = try Attack(lab, "backup")
            try attack.run(
                Attack.Way(
                    refusal: { $0.isOption || $0.holdsHole || $0.isInvisible ? 3 : nil },
                    parameters: { _ in ["saved: { type: backup, kind: odd }"] },
                    steps: { attack.step(holes("saved.odd.", $0)) },
                    prepare: {
                        try declare($0, in: attack.library)
                        return ["--saved", "last"]
                    }))
        }

        /// A list of the estate may hold options: its author meant them.
        @Test(.timeLimit(.minutes(10)))
        func `through a spread list of the estate`() throws {
            let attack = try Attack(lab, "list")
            try attack.run(
                Attack.Way(
                    refusal: { $0.holdsHole || $0.isInvisible ? 3 : nil },
                    parameters: { _ in ["host: { type: node }"] },
                    steps: { _ in attack.step(["{ spread: host.list }"]) },
                    prepare: {
                        try declare($0, in: attack.library)
                        return ["--host", "oci-arm"]
                    }))
        }

        // MARK: holes that two values would make together

        @Test(.timeLimit(.minutes(10)), arguments: [("{", "{ run.id }}"), ("{{ run.id }", "}")])
        func `values side by side never make a hole`(_ one: String, _ two: String) throws {
            let attack = try Attack(lab, "side-by-side")
            let way = Attack.Way(
                refusal: { _ in nil },
                parameters: { _ in ["a: { type: text }", "b: { type: text }"] },
                steps: { _ in attack.step(["\"{{ a }}{{ b }}\""]) },
                prepare: { ["--a=\($0[0])", "--b=\($0[1])"] })
            let answer = try attack.start(way, [one, two])
            let starts = try attack.recorder.starts()
            let isWhole = answer.code == 0 && starts == [[Array("\(one)\(two)".utf8)]]
            #expect(isWhole || answer.code == 3 && starts.isEmpty, "\(starts)\n\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a value that is no text is refused, not made into another`() throws {
            let attack = try Attack(lab, "bytes")
            let way = Attack.Way(
                refusal: { _ in nil }, parameters: { _ in ["a: { type: text }"] },
                steps: { _ in attack.step(["\"{{ a }}\""]) })
            _ = try attack.start(way, [])
            attack.recorder.clear()
            let line = try attack.somebody.line(
                [attack.name, "--cluster", "local", "--library", attack.library.folder]
                    + ["--journal", attack.somebody.journal])
            let answer = try lab.run(
                ["sh", "-c", #"exec "$@" "--a=$(printf 'a\377b')""#, "sh"] + line)
            let starts = try attack.recorder.starts()
            #expect(answer.code == 2 && starts.isEmpty, "\(starts)\n\(answer)")
        }
    }
}

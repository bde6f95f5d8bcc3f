import JSON
import Testing

/// One way for values into what a child is started with, tried with every
/// hostile one: what passes arrives byte for byte, as one argument; what a rule
/// refuses starts nothing.
struct Attack {
    let name: String
    let somebody: Responder
    let library: Library
    let recorder: Recorder

    /// - Parameter recorder: the one in the responder's own folder if left out.
    init(_ lab: Lab, _ name: String, recorder: Recorder? = nil) throws {
        self.name = "attack-\(name)"
        somebody = try Responder(lab, self.name)
        library = try Library("\(somebody.folder)/library")
        self.recorder = try recorder ?? Recorder(somebody.folder)
    }

    /// What a test adds to a runbook that records its arguments.
    struct Way {
        /// Exit code of the rule that refuses a value; nil when none does.
        var refusal: (String) -> Int32?
        /// Parameters for these values, as lines of YAML.
        var parameters: ([String]) -> [String] = { _ in [] }
        /// The steps for these values.
        var steps: ([String]) -> String
        /// Writes the values where the run finds them; words for the command line.
        var prepare: ([String]) throws -> [String] = { _ in [] }
        /// What must have been recorded.
        var expected: ([String]) -> [[[UInt8]]] = { [$0.map { Array($0.utf8) }] }

        /// Writes runbook and values; words for the command line.
        @discardableResult
        func make(_ attack: Attack, _ values: [String]) throws -> [String] {
            try attack.library.add(
                attack.name, parameters: parameters(values).joined(separator: "\n  "),
                steps: [steps(values)])
            return try prepare(values)
        }
    }

    /// One step that runs the recorder with `arguments`.
    func step(_ arguments: [String], _ more: String = "") -> String {
        let list = ([recorder.program] + arguments).joined(separator: ", ")
        return """
              - id: record
                title: Record
                effect: repeatable
                timeout: 20s
                do: { run: [\(list)] }
            \(more.isEmpty ? "" : "    \(more)\n")
            """
    }

    func start(_ way: Way, _ values: [String], set: [String: String] = [:]) throws -> Answer {
        recorder.clear()
        let words = try way.make(self, values)
        // A run that was stopped does not stand in the way of the next.
        let place = "\(somebody.folder)/\(UInt32.random(in: 0 ... .max))"
        var set = set
        set["XDG_STATE_HOME"] = "\(place)-state"
        let line = [name, "--cluster", "local", "--library", library.folder] + words
        return try somebody.lab.run(
            try somebody.line(line + ["--journal", place], set), seconds: 50)
    }

    /// All that may pass at once, and each that may not by itself.
    func run(_ way: Way, set: [String: String] = [:]) throws {
        let all = HostileStrings.all
        try #require(all.count == HostileStrings.count)
        let passing = all.filter { way.refusal($0) == nil }
        let answer = try start(way, passing, set: set)
        #expect(answer.code == 0, "\(name): \(answer)")
        let identical = try compare(way.expected(passing))
        var refused = 0
        for value in all {
            guard let code = way.refusal(value) else { continue }
            if try isRefused(value, way, code, set) { refused += 1 }
        }
        print("\(name): \(all.count) strings, \(identical) passed identical, \(refused) refused by rule")
        #expect(identical == passing.count && identical + refused == all.count, "\(name)")
    }

    /// How many values arrived as they were.
    private func compare(_ expected: [[[UInt8]]]) throws -> Int {
        let starts = try recorder.starts()
        #expect(starts.count == expected.count, "\(name): started \(starts.count) times")
        var identical = 0
        for (start, wanted) in zip(starts, expected) {
            #expect(start.count == wanted.count, "\(name): \(start.count) arguments, not \(wanted.count)")
            for (got, want) in zip(start, wanted) {
                #expect(got == want, "\(name): \(Self.shown(want)) arrived as \(Self.shown(got))")
                if got == want { identical += 1 }
            }
        }
        return identical
    }

    /// Whether a rule, and nothing else, refuses `value`, and nothing is started.
    private func isRefused(
        _ value: String, _ way: Way, _ code: Int32, _ set: [String: String]
    ) throws -> Bool {
        let answer = try start(way, [value], set: set)
        let isRule = Self.rules.contains { answer.text.contains($0) }
        let starts = try recorder.starts()
        #expect(
            answer.code == code && isRule && starts.isEmpty,
            "\(name), \(value.debugDescription): started with \(starts)\n\(answer)")
        return answer.code == code && isRule && starts.isEmpty
    }

    /// What a refusal says.
    private static let rules = [
        "would be an option", "would become an option", "may not start with '-' or '@'", "is empty",
        "holds '{{'", "make a '{{' together", "is invisible", "changes the direction of text",
        "was not found", "RB-TEMPLATE",
    ]

    private static func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(80), as: UTF8.self).debugDescription
    }
}

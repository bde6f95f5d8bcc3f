import Testing

@testable import Patterns

/// The work is at most the pattern's length for each character, whatever both
/// contain. Steps are counted, not seconds.
@Suite struct `The work of a match` {
    private static let length = 64 * 1024

    /// A pattern that makes backtracking engines take hours, or years.
    struct Killer: Sendable, CustomTestStringConvertible {
        let pattern: String
        /// What the text is made of.
        let unit: String
        var testDescription: String { pattern }
    }

    static let killers = [
        Killer(pattern: "(a|a)*b", unit: "a"), Killer(pattern: "(a|aa)*b", unit: "a"),
        Killer(pattern: "a*a*a*a*b", unit: "a"), Killer(pattern: "(a|b|ab)*c", unit: "ab"),
        Killer(pattern: "^(\\w|\\d)*$", unit: "a1"), Killer(pattern: "(.*,){11}P", unit: "1,"),
        Killer(pattern: "x*x*x*x*x*x*y$", unit: "x"), Killer(pattern: ".*.*=.*;", unit: "x="),
        Killer(pattern: "[ab]*a[ab]{200}c", unit: "ab"),
        Killer(
            pattern: String(repeating: "a?", count: 40) + String(repeating: "a", count: 40) + "b",
            unit: "a"),
    ]

    @Test(arguments: killers)
    func `is bounded for patterns that kill backtrackers`(killer: Killer) throws {
        let pattern = try Pattern(killer.pattern)
        var simulation = Simulation(pattern.program)
        let text = String(repeating: killer.unit, count: Self.length / killer.unit.utf8.count)
        #expect(simulation.matches(text) == killer.pattern.hasPrefix("^"))
        // For one character an instruction is come to twice at most and reads once.
        #expect(simulation.steps <= 3 * pattern.program.instructions.count * (Self.length + 1))
        #expect(simulation.steps >= Self.length, "all of the text was read")
    }

    @Test func `grows with the text and not faster`() throws {
        let pattern = try Pattern("a*a*a*a*b")
        let steps = [1000, 2000, 4000].map { count in
            var simulation = Simulation(pattern.program)
            _ = simulation.matches(String(repeating: "a", count: count))
            return simulation.steps
        }
        #expect(steps[2] - steps[1] == 2 * (steps[1] - steps[0]))
    }

    @Test(arguments: [
        "a", "^a|b$", "(a|bc|d){3,7}", "(a{2}){3,}", "x(ab?c){0,4}[^\\d]+", "(a|b)?c*",
    ])
    func `is foreseen by the size that is refused`(text: String) throws {
        var parser = Parser(text)
        let expression = try parser.pattern()
        #expect(Program(expression).instructions.count == expression.size + 1)
    }
}

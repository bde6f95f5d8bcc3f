/// A regular expression that answers yes or no in time linear in text and
/// pattern, whatever both contain.
///
/// It stands in a runbook and is compared with what a broken machine prints, in
/// a program that must not hang: neither side can be trusted to be kind. PCRE2
/// and glibc's `regexec` may take exponential or quadratic time; Debian's
/// linear-time engine, RE2, is C++ and its start-up would be paid by every
/// `recover --version`. So this is Thompson's construction and nothing more: a
/// pattern becomes a small program, and all threads of it read the text
/// together, one character at a time. What cannot be done that way is refused.
///
/// A match may begin and end anywhere unless `^` and `$` say otherwise: they are
/// the ends of the whole text, never of a line. `.` is any character but a newline.
public struct Pattern: Sendable {
    /// The pattern as it was written.
    public let text: String
    let program: Program

    /// The longest pattern, in bytes.
    static let longest = 1000

    /// Reads `text`, or says at which byte it is not a pattern and why.
    public init(_ text: String) throws(Fault) {
        guard !text.isEmpty else {
            throw Fault(offset: 0, reason: "an empty pattern matches everything; leave it out")
        }
        guard text.utf8.count <= Self.longest else {
            throw Fault(
                offset: Self.longest, reason: "a pattern has at most \(Self.longest) bytes")
        }
        var parser = Parser(text)
        let expression = try parser.pattern()
        guard expression.size < Program.limit else {
            throw Fault(offset: 0, reason: Program.tooLarge)
        }
        self.text = text
        program = Program(expression)
    }

    /// Whether any part of `text` is what the pattern describes.
    public func matches(_ text: String) -> Bool {
        var simulation = Simulation(program)
        return simulation.matches(text)
    }
}

extension Pattern: Hashable {
    /// Patterns are equal when they are written alike.
    public static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// What changes, as lines for somebody who is about to agree to it.
public struct ChangeList: Sendable {
    private let worst: [String]
    private let rest: [String]

    /// Changes of objects and of computed parts, and what is not computed.
    public init(
        _ changes: [ObjectChange], parts: [PartChange] = [], unrendered: [Unrendered] = []
    ) {
        let isWorst = { (change: ObjectChange) in [.removed, .unknown].contains(change.sign) }
        worst = changes.filter(isWorst).map(\.line)
        rest =
            changes.filter { !isWorst($0) }.map(\.line)
            + parts.map { "\(ObjectChange.Sign.changed.rawValue) \($0)" }
            + unrendered.map { "not rendered: \($0.form) in \($0.place)" }
    }

    /// The first `most` lines, and how to see the others with `command`. What
    /// goes, or may go, stands first and is never cut off.
    public func lines(_ most: Int, command: String) -> [String] {
        let shown = worst + rest.prefix(max(0, most - worst.count))
        let left = worst.count + rest.count - shown.count
        return shown + (left > 0 ? ["and \(left) more: \(command)"] : [])
    }

    /// The lines of `text` about objects of which nothing stands in `agreed`. Whoever
    /// agreed to what may be deleted has agreed to its deletion, whatever the reason
    /// has become.
    public static func lines(_ text: String, without agreed: String) -> [Substring] {
        let lines = agreed.split(separator: "\n")
        let known = Set(lines)
        let objects = Set(
            lines.compactMap { subject(of: $0) })
        return text.split(separator: "\n").filter { line in
            guard !known.contains(line) else { return false }
            return subject(of: line).map { !objects.contains($0) } ?? true
        }
    }

    /// `Job.batch web/migrate` of `- Job.batch web/migrate  (why)`.
    private static func subject(of line: Substring) -> Substring? {
        let signs: [ObjectChange.Sign] = [.removed, .unknown]
        guard signs.contains(where: { line.hasPrefix($0.rawValue + " ") }) else { return nil }
        let rest = line.dropFirst(2)
        return rest.firstRange(of: "  (").map { rest[..<$0.lowerBound] } ?? rest
    }
}

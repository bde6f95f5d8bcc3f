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
}

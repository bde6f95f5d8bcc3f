/// A pattern written for this project and for POSIX.
struct TwoDialects: CustomStringConvertible {
    let ours: String
    let posix: String

    var description: String { "\(ours)   POSIX: \(posix)" }

    /// glibc has no ranges beyond ASCII: of the alphabet, b, c and é are in b-é.
    private static let atoms = [
        ("a", "a"), ("a", "a"), ("b", "b"), ("b", "b"), ("c", "c"), ("é", "é"), ("漢", "漢"),
        (".", "."), ("[ab]", "[ab]"), ("[^a]", "[^a]"), ("[^b-é]", "[^bcé]"), ("[a-c漢]", "[a-c漢]"),
        ("\\d", "[0-9]"), ("\\D", "[^0-9]"), ("\\w", "[A-Za-z0-9_]"), ("\\W", "[^A-Za-z0-9_]"),
        ("[\\d.]", "[0-9.]"), ("\\.", "\\."), ("\\*", "\\*"), ("\\(", "\\("), ("\\|", "\\|"),
    ]
    private static let deepest = 3
    private static let counts = ["*", "+", "?", "{2}", "{0,1}", "{1,3}", "{2,}", "{0,2}", "{1}"]

    /// A whole pattern, perhaps anchored.
    static func pattern(_ dice: inout Dice) -> TwoDialects {
        let body = choice(&dice, depth: deepest)
        let start = dice.roll(4) == 0 ? "^" : ""
        let end = dice.roll(4) == 0 ? "$" : ""
        return TwoDialects(ours: start + body.ours + end, posix: start + body.posix + end)
    }

    private static func choice(_ dice: inout Dice, depth: Int) -> TwoDialects {
        let branches = (0...(dice.roll(3) == 0 ? 1 : 0)).map { _ in sequence(&dice, depth: depth) }
        return joined(branches, by: "|")
    }

    private static func sequence(_ dice: inout Dice, depth: Int) -> TwoDialects {
        joined((0...dice.roll(3)).map { _ in piece(&dice, depth: depth) }, by: "")
    }

    private static func piece(_ dice: inout Dice, depth: Int) -> TwoDialects {
        // Not in groups: glibc 2.36 lets the second round of (^a){1,3} begin anywhere.
        if depth == deepest, dice.roll(12) == 0 {
            let anchor = dice.pick(["^", "$"])
            return TwoDialects(ours: anchor, posix: anchor)
        }
        let atom = depth > 0 && dice.roll(3) == 0 ? group(&dice, depth: depth) : plain(&dice)
        guard dice.roll(3) == 0 else { return atom }
        let count = dice.pick(counts)
        return TwoDialects(ours: atom.ours + count, posix: atom.posix + count)
    }

    private static func group(_ dice: inout Dice, depth: Int) -> TwoDialects {
        let inner = choice(&dice, depth: depth - 1)
        let opening = dice.pick(["(", "(?:"])
        return TwoDialects(ours: "\(opening)\(inner.ours))", posix: "(\(inner.posix))")
    }

    private static func plain(_ dice: inout Dice) -> TwoDialects {
        let (ours, posix) = dice.pick(atoms)
        return TwoDialects(ours: ours, posix: posix)
    }

    private static func joined(_ parts: [TwoDialects], by separator: String) -> TwoDialects {
        TwoDialects(
            ours: parts.map(\.ours).joined(separator: separator),
            posix: parts.map(\.posix).joined(separator: separator))
    }
}

/// An armoured signature that stands apart from what it is over.
public struct DetachedSignature: Hashable, Sendable {
    /// Whose format it is.
    public enum Form: String, Hashable, Sendable {
        case ssh, openpgp
    }

    /// Whose format it is.
    public let form: Form
    /// The armour, one block and nothing else.
    public let armour: [UInt8]

    private static let forms: [(mark: String, form: Form)] = [
        ("SSH SIGNATURE", .ssh), ("PGP SIGNATURE", .openpgp),
    ]

    /// A block of its own. One that brings its own content along
    /// (`PGP MESSAGE`) would be verified over that: it is none.
    init(_ value: [UInt8]) throws(ObjectFault) {
        let text = String(decoding: value, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first,
            let known = Self.forms.first(where: { first == "-----BEGIN \($0.mark)-----" })
        else { throw ObjectFault("its signature is neither ssh's nor OpenPGP's") }
        let end = "-----END \(known.mark)-----"
        // Some forges leave empty lines behind it.
        guard let last = lines.lastIndex(where: { !$0.isEmpty }), lines[last] == end,
            lines.count(where: { $0.hasPrefix("-----") }) == 2
        else { throw ObjectFault("its signature is not one block and nothing else") }
        form = known.form
        armour = Array((lines[...last].joined(separator: "\n") + "\n").utf8)
    }
}

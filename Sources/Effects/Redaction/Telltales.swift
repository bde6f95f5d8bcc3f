internal import JSON
internal import YAML

/// The byte strings that give a secret away.
enum Telltales {
    /// A longer text is known by its pieces of this length.
    private static let piece = 16 << 10

    /// Everything to look for on account of `secret`, at least
    /// `SecretRule.shortest` bytes each.
    static func of(_ secret: [UInt8]) -> [[UInt8]] {
        let core = Spelling.trimmed(secret)
        guard core.count >= SecretRule.shortest else { return [] }
        var found = pieces(core).flatMap(Spelling.all(of:))
        let leaves = leaves(of: core)
        for leaf in leaves { found += pieces(leaf).flatMap(Spelling.all(of:)) }
        // The lines of a document are its keys too; its leaves have been said already.
        for text in leaves.isEmpty ? [core] : leaves {
            for line in lines(of: text) { found += [line, Spelling.json(line)] }
        }
        return found.filter { $0.count >= SecretRule.shortest }
    }

    private static func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: piece).map { Array(bytes[$0...].prefix(piece)) }
    }

    /// The lines of a text of several, without the white space around them and
    /// without those that name a format.
    private static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }
        guard lines.count > 1 else { return [] }
        return lines.map { Spelling.trimmed(Array($0)) }.filter { isTelling($0) }
    }

    private static func isTelling(_ bytes: [UInt8]) -> Bool {
        bytes.count >= SecretRule.shortest && !CommonWords.contains(bytes)
            && !bytes.starts(with: Array("-----".utf8))
    }

    /// The scalars of a JSON or YAML document; none where `bytes` are not one.
    private static func leaves(of bytes: [UInt8]) -> [[UInt8]] {
        if let json = try? JSONValue(parsing: bytes) { return strings(json) }
        guard bytes.contains(0x3A), let documents = try? YAMLParser.parseAll(bytes) else { return [] }
        return documents.flatMap { strings($0.json) }
    }

    private static func strings(_ value: JSONValue) -> [[UInt8]] {
        let found: [[UInt8]] =
            switch value {
            case .string(let text): [Spelling.trimmed(Array(text.utf8))]
            case .int(let number): [Array(String(number).utf8)]
            case .array(let elements): elements.flatMap(strings)
            case .object(let members): secretMembers(members).flatMap(strings)
            case .null, .bool, .double: []
            }
        return found.filter(isTelling)
    }

    /// Of a Kubernetes Secret its data: name and labels are no secret, and a
    /// message that blots them out tells nobody what is missing.
    private static func secretMembers(_ members: [String: JSONValue]) -> [JSONValue] {
        switch members["kind"]?.string {
        case "Secret": [members["data"], members["stringData"]].compactMap { $0 }
        case "List", "SecretList": [members["items"]].compactMap { $0 }
        default: Array(members.values)
        }
    }
}

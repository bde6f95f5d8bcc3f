/// Reads YAML, less what makes YAML surprising.
///
/// Refused: anchors and aliases, tags, merge keys, duplicate keys, keys that
/// are not text, invisible and direction-changing characters, more than 1 MiB,
/// 10 000 nodes or 32 levels. What is left has one meaning, the one a reviewer
/// sees, and costs little to read whatever it contains.
public enum YAMLParser {
    /// Most bytes of a text.
    public static let maximumBytes = 1 << 20
    /// Most nodes of all documents of a text, keys included.
    public static let maximumNodes = 10_000
    /// Most levels of sequences and mappings inside each other.
    public static let maximumDepth = 32

    /// The one document in `bytes`.
    ///
    /// - Throws: also when there is none (`RB-EMPTY`) or a second
    ///   (`RB-MULTIDOC`).
    public static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        var composer = try Composer(bytes, .own)
        guard let document = try composer.nextDocument(), !document.isNothing else {
            throw YAMLError(
                code: "RB-EMPTY", mark: Mark(line: 1, column: 1), reason: "there is nothing in it")
        }
        if let second = try composer.nextDocumentStart() {
            throw YAMLError(
                code: "RB-MULTIDOC", mark: second,
                reason: "a second document begins here; one file is one document")
        }
        return document
    }

    /// All documents in `bytes`, separated by `---`; empty ones are left out,
    /// as `kubectl` does. The limits hold for all of them together.
    public static func parseAll(
        _ bytes: [UInt8], rules: YAMLRules = .own
    ) throws(YAMLError) -> [YAMLNode] {
        var composer = try Composer(bytes, rules)
        var documents: [YAMLNode] = []
        while let document = try composer.nextDocument() {
            if !document.isNothing { documents.append(document) }
        }
        return documents
    }
}

extension YAMLNode {
    /// A document without content, which YAML reads as an empty scalar.
    fileprivate var isNothing: Bool {
        guard case .scalar(let scalar) = self else { return false }
        return scalar.isPlain && scalar.text.isEmpty
    }
}

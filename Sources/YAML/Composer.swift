/// Builds nodes from events and holds the limits.
struct Composer: ~Copyable {
    private var reader: EventReader
    private var nodes = 0

    init(_ bytes: [UInt8]) throws(YAMLError) {
        reader = EventReader(try SourceText.check(bytes))
    }

    /// The next document, or nil at the end of the text.
    mutating func nextDocument() throws(YAMLError) -> YAMLNode? {
        guard try nextDocumentStart() != nil else { return nil }
        let root = try node(from: reader.next(), depth: 0)
        _ = try reader.next() // the document's end
        return root
    }

    /// Where the next document begins, or nil at the end of the text.
    mutating func nextDocumentStart() throws(YAMLError) -> Mark? {
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamEnd: return nil
            case .documentStart: return event.mark
            default: continue
            }
        }
    }

    private mutating func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        try admit(event, depth: depth)
        switch event.kind {
        case .scalar(let scalar):
            try check(scalar)
            return .scalar(scalar)
        case .sequenceStart:
            return .sequence(try elements(depth: depth + 1), event.mark)
        case .mappingStart:
            return .mapping(try mapping(depth: depth + 1), event.mark)
        default:
            throw YAMLError(code: "RB-YAML", mark: event.mark, reason: "a value is expected here")
        }
    }

    private mutating func elements(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { return elements }
            elements.append(try node(from: event, depth: depth))
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> Mapping {
        var entries: [(key: Scalar, value: YAMLNode)] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { return Mapping(entries: entries) }
            let key = try key(from: event, depth: depth)
            if let line = lines.updateValue(key.mark.line, forKey: key.text) {
                throw YAMLError(
                    code: "RB-DUPKEY", mark: key.mark,
                    reason: "the key “\(Self.shortened(key.text))” stands on line \(line) and "
                        + "again on line \(key.mark.line)")
            }
            entries.append((key, try node(from: reader.next(), depth: depth)))
        }
    }

    private mutating func key(from event: Event, depth: Int) throws(YAMLError) -> Scalar {
        try admit(event, depth: depth)
        guard case .scalar(let scalar) = event.kind else {
            throw YAMLError(code: "RB-YAML", mark: event.mark, reason: "a key must be text")
        }
        if scalar.isPlain, scalar.text == "<<" {
            throw YAMLError(
                code: "RB-MERGE", mark: event.mark, reason: "merge keys are not allowed")
        }
        try check(scalar)
        return scalar
    }

    /// Refuses what no node may be, and counts it.
    private mutating func admit(_ event: Event, depth: Int) throws(YAMLError) {
        nodes += 1
        var objection: (code: String, reason: String)?
        if case .alias = event.kind { objection = Self.alias }
        if event.hasAnchor { objection = Self.alias }
        if event.hasTag { objection = ("RB-TAG", "tags are not allowed") }
        if nodes > YAMLParser.maximumNodes {
            objection = ("RB-NODES", "more than \(YAMLParser.maximumNodes) nodes")
        }
        if depth > YAMLParser.maximumDepth {
            objection = ("RB-DEPTH", "more than \(YAMLParser.maximumDepth) levels")
        }
        guard let objection else { return }
        throw YAMLError(code: objection.code, mark: event.mark, reason: objection.reason)
    }

    private static let alias = ("RB-ALIAS", "anchors and aliases are not allowed")

    /// Looks at what escapes (`"\u202E"`) put into a scalar; the text itself
    /// was looked at before parsing.
    private func check(_ scalar: Scalar) throws(YAMLError) {
        guard !scalar.isPlain else { return }
        for character in scalar.text.unicodeScalars {
            guard let objection = SourceText.objection(to: character) else { continue }
            throw YAMLError(code: objection.code, mark: scalar.mark, reason: objection.reason)
        }
    }

    /// Input in a message: escaped and cut.
    private static func shortened(_ text: String) -> String {
        String(text.prefix(120).map { $0.isNewline ? " " : $0 })
    }
}

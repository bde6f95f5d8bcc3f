/// Builds nodes from events and holds the limits.
struct Composer: ~Copyable {
    private var reader: EventReader
    private let rules: YAMLRules
    private var nodes = 0
    /// What anchors of this document stand for, and how many nodes that is.
    private var anchors: [String: (node: YAMLNode, nodes: Int)] = [:]

    init(_ bytes: [UInt8], _ rules: YAMLRules) throws(YAMLError) {
        self.rules = rules
        reader = EventReader(try SourceText.check(bytes, rules))
    }

    /// The next document, or nil at the end of the text.
    mutating func nextDocument() throws(YAMLError) -> YAMLNode? {
        guard try nextDocumentStart() != nil else { return nil }
        anchors = [:]
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
        if case .alias = event.kind, rules.isForeign { return try meaning(of: event) }
        let before = nodes
        try admit(event, depth: depth)
        let node = try content(of: event, depth: depth)
        if let anchor = event.anchor { anchors[anchor] = (node, nodes - before) }
        return node
    }

    /// What an alias stands for counts every time it is meant: a text that
    /// repeats itself exponentially reaches the limit like any other.
    private mutating func meaning(of event: Event) throws(YAMLError) -> YAMLNode {
        guard let known = event.anchor.flatMap({ anchors[$0] }) else {
            throw YAMLError(
                code: "RB-ALIAS", mark: event.mark, reason: "an alias for what does not stand above"
            )
        }
        nodes += known.nodes
        guard nodes <= rules.nodes else { throw tooMany(event.mark) }
        return known.node
    }

    private func tooMany(_ mark: Mark) -> YAMLError {
        YAMLError(code: "RB-NODES", mark: mark, reason: "more than \(rules.nodes) nodes")
    }

    private mutating func content(of event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        switch event.kind {
        case .scalar(let scalar):
            try check(scalar)
            // `!!str` is what makes text of a number.
            guard event.tag != nil else { return .scalar(scalar) }
            return .scalar(Scalar(text: scalar.text, isPlain: false, mark: scalar.mark))
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
        var merged: [(key: Scalar, value: YAMLNode)] = []
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind {
                for entry in merged where lines[entry.key.text] == nil {
                    lines[entry.key.text] = entry.key.mark.line
                    entries.append(entry)
                }
                return Mapping(entries: entries)
            }
            let key = try key(from: event, depth: depth)
            if rules.isForeign, key.isPlain, key.text == "<<" {
                merged += try merge(try node(from: reader.next(), depth: depth), key.mark)
                continue
            }
            if let line = lines.updateValue(key.mark.line, forKey: key.text) {
                throw YAMLError(
                    code: "RB-DUPKEY", mark: key.mark,
                    reason: "the key “\(Self.shortened(key.text))” stands on line \(line) and "
                        + "again on line \(key.mark.line)")
            }
            entries.append((key, try node(from: reader.next(), depth: depth)))
        }
    }

    /// The entries of one mapping or of several: what stands first counts.
    private func merge(
        _ node: YAMLNode, _ mark: Mark
    ) throws(YAMLError) -> [(key: Scalar, value: YAMLNode)] {
        let mappings = (node.sequence ?? [node]).map(\.mapping)
        guard mappings.allSatisfy({ $0 != nil }) else {
            throw YAMLError(code: "RB-MERGE", mark: mark, reason: "only mappings can be merged")
        }
        return mappings.flatMap { $0?.entries ?? [] }
    }

    private mutating func key(from event: Event, depth: Int) throws(YAMLError) -> Scalar {
        try admit(event, depth: depth)
        guard case .scalar(let scalar) = event.kind else {
            throw YAMLError(code: "RB-YAML", mark: event.mark, reason: "a key must be text")
        }
        if !rules.isForeign, scalar.isPlain, scalar.text == "<<" {
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
        if event.anchor != nil, !rules.isForeign { objection = Self.alias }
        if let tag = event.tag, !rules.isForeign || !Self.plainTags.contains(tag) {
            objection = ("RB-TAG", "tags are not allowed")
        }
        if nodes > rules.nodes { throw tooMany(event.mark) }
        if depth > rules.depth {
            objection = ("RB-DEPTH", "more than \(rules.depth) levels")
        }
        guard let objection else { return }
        throw YAMLError(code: objection.code, mark: event.mark, reason: objection.reason)
    }

    /// Tags that say what would be understood without them.
    private static let plainTags: Set = [
        "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq",
    ]

    private static let alias = ("RB-ALIAS", "anchors and aliases are not allowed")

    /// Looks at what escapes (`"\u202E"`) put into a scalar; the text itself
    /// was looked at before parsing.
    private func check(_ scalar: Scalar) throws(YAMLError) {
        guard !scalar.isPlain, !rules.isForeign else { return }
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

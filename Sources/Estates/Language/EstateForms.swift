internal import JSON
internal import YAML

/// Whether every word of the language has behind it what belongs there.
struct EstateForms {
    let file: String

    func problems(_ root: YAMLNode) -> [Diagnostic] {
        var list = mapping(root, EstateSchema.estate, of: "an estate")
        for (key, words) in EstateSchema.things.sorted(by: { $0.key < $1.key }) {
            for thing in root[key]?.sequence ?? [] {
                list += mapping(thing, words, of: "an element of \(key)")
            }
        }
        return list
    }

    private func mapping(
        _ node: YAMLNode, _ words: [String: EstateSchema.Kind], of what: String
    ) -> [Diagnostic] {
        guard let mapping = node.mapping else {
            return [problem("ES-TYPE", node.mark, "\(what) is a mapping, not \(node.kindName)")]
        }
        return mapping.entries.flatMap { entry -> [Diagnostic] in
            guard let kind = words[entry.key.text] else {
                // Other facts are welcome; a slip of the finger is none.
                guard isSlip(entry.key.text, of: words.keys) else { return [] }
                let hint = NearestName.hint(entry.key.text, among: words.keys.sorted())
                return [
                    problem(
                        "ES-UNKNOWN", entry.key.mark, "\(what) has no '\(entry.key.text)'\(hint)")
                ]
            }
            return objection(entry.value, kind).map {
                [problem("ES-TYPE", entry.value.mark, "'\(entry.key.text)' is \($0)")]
            } ?? []
        }
    }

    /// Whether one letter was left out, doubled or mistaken.
    private func isSlip(_ word: String, of known: some Sequence<String>) -> Bool {
        let letters = Array(word.utf8)
        return word.utf8.count > 4
            && known.contains { candidate in
                let other = Array(candidate.utf8)
                guard abs(other.count - letters.count) <= 1, other != letters else { return false }
                let same = zip(letters, other).prefix { $0 == $1 }.count
                let left = Array(letters.dropFirst(same)), right = Array(other.dropFirst(same))
                return left.dropFirst() == right.dropFirst()
                    || left.dropFirst().elementsEqual(right)
                    || left.elementsEqual(right.dropFirst())
            }
    }

    /// What should have stood there; nil when it does.
    private func objection(_ node: YAMLNode, _ kind: EstateSchema.Kind) -> String? {
        if node.scalar?.text == "unknown" || node.json == .null { return nil }
        switch kind {
        case .any: return nil
        case .text: return node.scalar == nil ? "text" : nil
        case .number: return node.json.int == nil ? "a number" : nil
        case .flag: return node.json.bool == nil ? "true or false" : nil
        case .mapping: return node.mapping == nil ? "a mapping" : nil
        case .things: return node.sequence == nil ? "a list" : nil
        case .texts:
            let isList = node.sequence?.allSatisfy { $0.scalar != nil } ?? false
            return isList ? nil : "a list of texts"
        case .range:
            return AddressRange(node.scalar?.text ?? "") == nil
                ? "a range such as 10.42.0.0/16" : nil
        case .memory:
            return Memory.gigabytes(node.scalar?.text ?? "") == nil
                ? "an amount such as 32 GB" : nil
        case .needs:
            let isList = node.sequence?.allSatisfy { Need($0.json) != nil } ?? false
            return isList ? nil : "a list of names, { any: [NAMES] } or { most: [NAMES] }"
        }
    }

    private func problem(_ code: String, _ mark: Mark, _ message: String) -> Diagnostic {
        Diagnostic(file: file, mark: mark, code: code, message: message)
    }
}

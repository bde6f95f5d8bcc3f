internal import YAML

/// Collects the mistakes of one document, so that all are told at once.
final class Problems {
    let file: String
    /// Whether a bound plan is read: what was agreed to runs by the rules of then.
    let isBound: Bool
    private(set) var list: [Diagnostic] = []
    /// Every name a decoder looked for, by shape: what the schema must know.
    var asked: [String: Set<String>] = [:]

    init(file: String, isBound: Bool = false) {
        self.file = file
        self.isBound = isBound
    }

    func add(_ code: String, at mark: Mark, _ message: String) {
        list.append(Diagnostic(file: file, mark: mark, code: code, message: message))
    }

    func add(_ diagnostics: [Diagnostic]) { list += diagnostics }

    /// `value`, if there is one and nothing was wrong; all mistakes otherwise.
    func result<Value>(_ value: Value?) throws(Diagnostics) -> Value {
        guard list.isEmpty, let value else { throw Diagnostics(list) }
        return value
    }

    func throwIfAny() throws(Diagnostics) {
        if !list.isEmpty { throw Diagnostics(list) }
    }
}

extension String {
    /// Input in a message: in quotes, escaped, and cut after 120 bytes.
    var excerpt: String {
        var text = ""
        for character in unicodeScalars {
            if text.utf8.count >= 120 { return "'\(text)…'" }
            let isControl = character.value < 0x20 || (0x7F...0x9F).contains(character.value)
            text += isControl ? character.escaped(asASCII: true) : String(character)
        }
        return "'\(text)'"
    }
}

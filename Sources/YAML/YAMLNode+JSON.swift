public import JSON

extension YAMLNode {
    /// The node as a JSON value, by a small core of YAML's rules.
    ///
    /// Plain `true` and `false` are booleans; plain decimal integers without a
    /// leading zero are integers; nothing, plain `null` and `~` are null.
    /// Everything else is a string: `yes`, `0o17`, `1e3`, `1.10`, and whatever
    /// is quoted.
    public var json: JSONValue {
        switch self {
        case .scalar(let scalar): scalar.json
        case .sequence(let elements, _): .array(elements.map(\.json))
        case .mapping(let mapping, _):
            .object(
                Dictionary(
                    mapping.entries.map { ($0.key.text, $0.value.json) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension Scalar {
    /// The scalar as a JSON value, by the rules of `YAMLNode.json`.
    public var json: JSONValue {
        guard isPlain else { return .string(text) }
        switch text {
        case "", "null", "~": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return integer.map(JSONValue.int) ?? .string(text)
        }
    }

    /// The number, if the text is exactly how a decimal integer is written.
    private var integer: Int? {
        guard let number = Int(text), String(number) == text else { return nil }
        return number
    }
}

public import JSON

/// The JSON Schema (draft 2020-12) of runbooks and fragments, for editors.
///
/// It is made of the tables the decoders read. What only a decoder can know, such
/// as where a name leads, it does not say.
public enum RunbookSchema {
    /// The schema.
    public static let json: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A runbook or a fragment",
        "type": "object",
        // Not oneOf: an editor then tells what is wrong with the one that is meant.
        "if": ["required": ["fragment"]],
        "then": reference("fragment"), "else": reference("runbook"),
        "$defs": .object(
            Dictionary(
                Shape.all.map { ($0.name, definition($0)) }, uniquingKeysWith: { first, _ in first }
            )),
    ]

    private static func reference(_ name: String) -> JSONValue {
        ["$ref": .string("#/$defs/\(name)")]
    }

    private static func definition(_ shape: Shape) -> JSONValue {
        let properties = shape.members.map { member in
            var value = schema(member.kind)
            value["description"] = .string(member.text)
            return (member.name, value)
        }
        var value: JSONValue = [
            "type": "object",
            "properties": .object(Dictionary(properties, uniquingKeysWith: { first, _ in first })),
            "additionalProperties": shape.others.map(schema) ?? false,
        ]
        let required = shape.members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { value["required"] = .array(required) }
        if !shape.choice.isEmpty {
            value["oneOf"] = .array(shape.choice.map { ["required": [.string($0)]] })
        }
        return value
    }

    private static func schema(_ kind: Kind) -> JSONValue {
        switch kind {
        case .text: ["type": "string"]
        case .template: ["type": ["string", "number", "boolean"]]
        case .flag: ["type": "boolean"]
        case .integer(let range):
            [
                "type": "integer", "minimum": .int(range.lowerBound),
                "maximum": .int(range.upperBound),
            ]
        case .duration: ["type": "string", "pattern": "^[1-9][0-9]*(ms|s|m|h|d)$"]
        case .version:
            ["type": "string", "pattern": .string(#"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}$"#)]
        case .identifier:
            ["type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 63]
        case .path: ["type": "string", "pattern": .string(#"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"#)]
        case .pointer: ["type": "string", "pattern": "^(/.*)?$"]
        case .words(let words): ["enum": .array(words.map(JSONValue.string))]
        case .list(let element):
            ["type": "array", "items": schema(element), "minItems": .int(least(element))]
        case .either(let kinds): either(kinds)
        case .mapping(let name): reference(name)
        case .anything: [:]
        }
    }

    /// Two mappings are told apart by the first one's name.
    private static func either(_ kinds: [Kind]) -> JSONValue {
        if kinds.count == 2, case .mapping(let first) = kinds[0],
            case .mapping(let second) = kinds[1]
        {
            return [
                "if": ["required": [.string(first)]], "then": reference(first),
                "else": reference(second),
            ]
        }
        return ["anyOf": .array(kinds.map(schema))]
    }

    /// Lists of exit codes, values and conditions may be empty; nothing else is
    /// worth a list without an element.
    private static func least(_ element: Kind) -> Int {
        switch element {
        case .integer, .anything, .identifier, .mapping("prerequisite"): 0
        default: 1
        }
    }
}

public import JSON

/// The JSON Schema of `estate.yaml`, made from the words its reader knows.
///
/// It is nowhere stricter than the reader. It cannot see names of nothing, things
/// that stand twice, and words that are nearly one of the language.
public enum EstateJSONSchema {
    /// The schema.
    public static let json: JSONValue = {
        var estate = mapping(EstateSchema.estate)
        estate["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        estate["title"] = "An estate"
        estate["required"] = ["estate", "name", "clusters", "nodes"]
        estate["properties"]?["estate"] = ["const": 1]
        estate["properties"]?["name"] = ["type": "string"]
        for (list, words) in EstateSchema.things {
            var thing = mapping(words)
            let isNamed = list == "clusters" || list == "nodes"
            if isNamed {
                thing["required"] = list == "nodes" ? ["name", "cluster", "role"] : ["name"]
                var named = text
                named["pattern"] = .string(name)
                thing["properties"]?["name"] = named
            }
            if list == "nodes" {
                thing["properties"]?["role"] = ["enum": ["server", "worker", "unknown"]]
            }
            var things: JSONValue = ["type": "array", "items": thing]
            if isNamed { things["minItems"] = 1 }
            estate["properties"]?[list] = isNamed ? things : orUnknown(things)
        }
        return estate
    }()

    private static let name = #"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$"#

    private static func mapping(_ words: [String: EstateSchema.Kind]) -> JSONValue {
        ["type": "object", "properties": .object(words.mapValues { orUnknown(schema($0)) })]
    }

    /// `unknown`, or nothing at all, may stand everywhere.
    private static func orUnknown(_ schema: JSONValue) -> JSONValue {
        schema == true ? true : ["anyOf": [schema, ["enum": ["unknown", .null]]]]
    }

    private static let text: JSONValue = ["type": ["string", "number", "boolean", "null"]]

    private static func schema(_ kind: EstateSchema.Kind) -> JSONValue {
        switch kind {
        case .any: true
        case .text: text
        case .number: ["type": "integer"]
        case .flag: ["type": "boolean"]
        case .mapping: ["type": "object"]
        case .things: ["type": "array", "items": ["type": "object"]]
        case .texts: ["type": "array", "items": text]
        case .range: ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+){3}/[0-9]+$"#]
        case .memory: ["type": "string", "pattern": "^[+]?[0-9]+ GB$"]
        case .needs:
            [
                "type": "array",
                "items": ["anyOf": [["type": "string"], group("any"), group("most")]],
            ]
        }
    }

    private static func group(_ word: String) -> JSONValue {
        [
            "type": "object", "required": [.string(word)], "additionalProperties": false,
            "properties": .object([
                word: ["type": "array", "items": ["type": "string"], "minItems": 1]
            ]),
        ]
    }
}

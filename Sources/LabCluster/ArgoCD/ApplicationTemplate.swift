import JSON

/// The template of an ApplicationSet: `{{name}}`, or `{{.name}}` with
/// `goTemplate`. A place that is more than a name is not simulated.
struct ApplicationTemplate: Sendable {
    let parameters: JSONValue
    let isGo: Bool

    func filled(_ value: JSONValue) throws(RenderFailure) -> JSONValue {
        switch value {
        case .string(let text): return .string(try filled(text))
        case .array(let elements):
            var result: [JSONValue] = []
            for element in elements { result.append(try filled(element)) }
            return .array(result)
        case .object(let members):
            var result: [String: JSONValue] = [:]
            for (key, member) in members { result[try filled(key)] = try filled(member) }
            return .object(result)
        default: return value
        }
    }

    private func filled(_ text: String) throws(RenderFailure) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "{"), rest[start...].hasPrefix("{{") {
            let inner = rest[start...].dropFirst(2)
            guard let end = inner.indices.first(where: { inner[$0...].hasPrefix("}}") }) else {
                break
            }
            result += rest[..<start]
            result += try value(of: inner[..<end].filter { $0 != " " })
            rest = inner[end...].dropFirst(2)
        }
        return result + rest
    }

    private func value(of place: String) throws(RenderFailure) -> String {
        var names = place.split(separator: ".").map(String.init)
        let isName = place.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
        guard isName, isGo == place.hasPrefix(".") else {
            throw RenderFailure("{{\(place)}} is not simulated")
        }
        // Without goTemplate `path` alone is the path.
        if !isGo, names == ["path"], parameters.at("path", "path") != nil { names.append("path") }
        guard let found = names.reduce(Optional(parameters), { $0?[$1] }), let text = found.string
        else { throw RenderFailure("{{\(place)}}: there is no such parameter") }
        return text
    }
}

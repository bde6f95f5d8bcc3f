internal import Estates
internal import JSON
internal import Runbooks

/// What a step keeps of its standard output; pure.
enum Capturing {
    /// Why nothing can be kept, or nil.
    static func problem(_ step: Step, _ stdout: [UInt8]) -> String? {
        if step.capture.isEmpty { return nil }
        if String(validating: stdout, as: UTF8.self) == nil {
            return "what it printed is no text, so nothing can be kept"
        }
        guard step.capture.contains(where: { $0.json != nil }) else { return nil }
        return (try? JSONValue(parsing: stdout)) == nil
            ? "what it printed is not JSON, so nothing can be kept" : nil
    }

    static func values(_ step: Step, _ stdout: [UInt8], _ values: Values) -> [(
        name: String, value: JSONValue
    )] {
        step.capture.map { ($0.name, value($0, stdout, values)) }
    }

    private static func value(_ capture: Capture, _ stdout: [UInt8], _ values: Values) -> JSONValue
    {
        guard let place = capture.json else { return .string(Evaluator.text(stdout)) }
        guard let document = try? JSONValue(parsing: stdout), let pointer = JSONPointer(place),
            let found = document[pointer]
        else { return "" }
        guard let list = found.array, !capture.filters.isEmpty || !capture.take.isEmpty else {
            return found.kept
        }
        let chosen = list.filter { element in
            capture.filters.allSatisfy { passes($0, element, values) }
        }
        return .array(chosen.map { take(capture.take, from: $0) })
    }

    private static func passes(
        _ filter: Capture.Filter, _ element: JSONValue, _ values: Values
    ) -> Bool {
        let place = JSONPointer(filter.under).flatMap { element[$0] }
        return switch filter.wanted {
        case .equals(let text): place?.contains(string: values.show(text)) ?? false
        case .none(let text): !(place?.contains(string: values.show(text)) ?? false)
        case .repository(let url): isRepository(place, values.show(url))
        case .present(let isPresent): (place != nil && place != .null) == isPresent
        }
    }

    /// Whether `place` is one of the ways to write where `url` is.
    private static func isRepository(_ place: JSONValue?, _ url: String) -> Bool {
        place?.string.map { RepositoryName.plain($0) == RepositoryName.plain(url) } ?? false
    }

    private static func take(_ members: [String: String], from element: JSONValue) -> JSONValue {
        guard !members.isEmpty else { return element.kept }
        var taken = JSONValue.object([:])
        for (name, place) in members {
            let value = JSONPointer(place).flatMap { element[$0]?.kept } ?? ""
            let parts = name.split(separator: ".").map(String.init)
            // `parent.name` is the member `name` of `parent`.
            switch (parts.first, parts.dropFirst().first) {
            case (let thing?, let member?):
                var members = taken[thing]?.object ?? [:]
                members[member] = value
                taken[thing] = .object(members)
            default: taken[name] = value
            }
        }
        return taken
    }
}

extension JSONValue {
    /// The value as a journal can hold it: without null, fractions, large
    /// numbers, keys that are not ASCII, and anything nested too deep for the
    /// line it will stand in.
    var kept: JSONValue { kept(depth: 0) }

    private func kept(depth: Int) -> JSONValue {
        if depth > 32, array != nil || object != nil { return .string(text) }
        return switch self {
        case .null: ""
        case .double(let number): .string(number.description)
        case .int(let number) where number.magnitude >= 1 << 53: .string(String(number))
        case .array(let elements): .array(elements.map { $0.kept(depth: depth + 1) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (Self.ascii($0.key), $0.value.kept(depth: depth + 1)) },
                    uniquingKeysWith: { first, _ in first }))
        default: self
        }
    }

    /// Whether `text` is this value or stands anywhere below it.
    func contains(string text: String) -> Bool {
        switch self {
        case .string(let own): own == text
        case .array(let elements): elements.contains { $0.contains(string: text) }
        case .object(let members): members.values.contains { $0.contains(string: text) }
        default: false
        }
    }

    /// `key` with everything that is not ASCII written as `%HEX`.
    private static func ascii(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 >= 0x80 }) else { return key }
        return key.utf8.map { byte in
            byte < 0x80 ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16)
        }.joined()
    }
}

import JSON

/// The JSON path of a printer column: `.status.conditions[?(@.type=="Ready")].status`.
///
/// Members, indices, `[*]` and a filter by one equal member: what the
/// definitions of custom resources use.
struct ColumnPath: Hashable, Sendable {
    private enum Step: Hashable {
        case member(String)
        case index(Int)
        case every
        case filter(member: String, value: String)
    }

    private var steps: [Step] = []

    /// nil if `text` is none, or uses more than is known here.
    init?(_ text: String) {
        var rest = Substring(text)
        while let first = rest.first {
            if first == "." {
                rest = rest.dropFirst()
                var name = ""
                while let next = rest.first, next != ".", next != "[" {
                    rest = rest.dropFirst()
                    // A dot of the name itself is escaped.
                    if next == "\\", let escaped = rest.popFirst() {
                        name.append(escaped)
                    } else {
                        name.append(next)
                    }
                }
                guard !name.isEmpty else { return nil }
                steps.append(.member(name))
            } else {
                guard first == "[", let end = rest.firstIndex(of: "]"),
                    let step = Self.step(rest[rest.index(after: rest.startIndex)..<end])
                else { return nil }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
            }
        }
        guard !steps.isEmpty else { return nil }
    }

    /// What the path leads to, in order.
    func values(in object: JSONValue) -> [JSONValue] {
        steps.reduce([object]) { found, step in
            found.flatMap { value -> [JSONValue] in
                switch step {
                case .member(let name): value[name].map { [$0] } ?? []
                case .index(let index): value[index].map { [$0] } ?? []
                case .every: value.array ?? []
                case .filter(let member, let wanted):
                    (value.array ?? []).filter { $0[member]?.string == wanted }
                }
            }
        }
    }

    private static func step(_ text: Substring) -> Step? {
        if text == "*" { return .every }
        if let index = Int(text) { return .index(index) }
        let quotes: Set<Character> = ["'", "\""]
        if let quote = text.first, quotes.contains(quote), text.count > 2, text.last == quote {
            return .member(String(text.dropFirst().dropLast()))
        }
        guard text.hasPrefix("?(@."), text.hasSuffix(")") else { return nil }
        let body = text.dropFirst(4).dropLast()
        guard let equal = body.firstIndex(of: "=") else { return nil }
        let member = body[..<equal].filter { $0 != " " }
        let value = body[equal...].drop { $0 == "=" || $0 == " " }
        guard let quote = value.first, quotes.contains(quote), value.last == quote else {
            return nil
        }
        return .filter(member: member, value: String(value.dropFirst().dropLast()))
    }
}

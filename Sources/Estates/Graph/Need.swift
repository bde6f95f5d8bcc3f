internal import JSON

/// What something cannot do without: one thing, one of several, or most of them.
enum Need: Hashable, Sendable {
    case one(String)
    case any([String])
    case most([String])

    /// As it stands in `needs`: a name, `{ any: […] }` or `{ most: […] }`.
    init?(_ value: JSONValue) {
        if let name = value.string {
            self = .one(name)
            return
        }
        guard let members = value.object, members.count == 1, let (word, list) = members.first,
            let names = list.array?.compactMap(\.string), names.count == list.array?.count,
            !names.isEmpty
        else { return nil }
        switch word {
        case "any": self = .any(names)
        case "most": self = .most(names)
        default: return nil
        }
    }

    /// Everything it names.
    var names: [String] {
        switch self {
        case .one(let name): [name]
        case .any(let names), .most(let names): names
        }
    }

    /// Whether it is met when the things in `down` are not there.
    func isMet(without down: Set<String>) -> Bool {
        let left = names.count { !down.contains($0) }
        return switch self {
        case .one: left == 1
        case .any: left > 0
        case .most: left > names.count / 2
        }
    }
}

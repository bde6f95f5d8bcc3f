internal import LabCluster

/// A `match` of an IngressRoute: ``Host(`a`) && PathPrefix(`/b`)``.
indirect enum TraefikRule: Hashable, Sendable {
    case host([String])
    case path([String])
    case pathPrefix([String])
    case method([String])
    case header(String, String)
    case both(TraefikRule, TraefikRule)
    case either(TraefikRule, TraefikRule)
    case not(TraefikRule)

    /// Reads `text`; nil for what Traefik would refuse, and for functions the
    /// lab does not know: such a router does not exist.
    init?(_ text: String) {
        var reader = Reader(rest: Array(text)[...])
        guard let rule = reader.either(), reader.isAtEnd else { return nil }
        self = rule
    }

    func matches(_ request: WebRequest) -> Bool {
        switch self {
        case .host(let names): names.contains { $0.lowercased() == request.host }
        case .path(let paths): paths.contains(request.path)
        case .pathPrefix(let prefixes): prefixes.contains { request.path.hasPrefix($0) }
        case .method(let methods): methods.contains(request.method)
        case .header(let name, let value): request.headers[name.lowercased()] == value
        case .both(let left, let right): left.matches(request) && right.matches(request)
        case .either(let left, let right): left.matches(request) || right.matches(request)
        case .not(let rule): !rule.matches(request)
        }
    }

    private struct Reader {
        var rest: ArraySlice<Character>

        var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

        mutating func either() -> TraefikRule? {
            guard var rule = both() else { return nil }
            while take("||") {
                guard let next = both() else { return nil }
                rule = .either(rule, next)
            }
            return rule
        }

        private mutating func both() -> TraefikRule? {
            guard var rule = one() else { return nil }
            while take("&&") {
                guard let next = one() else { return nil }
                rule = .both(rule, next)
            }
            return rule
        }

        private mutating func one() -> TraefikRule? {
            if take("!") { return one().map(TraefikRule.not) }
            if take("(") {
                let rule = either()
                return take(")") ? rule : nil
            }
            skip()
            let name = String(rest.prefix(while: \.isLetter))
            rest = rest.dropFirst(name.count)
            guard take("("), let values = values() else { return nil }
            switch name {
            case "Host": return .host(values)
            case "Path": return .path(values)
            case "PathPrefix": return .pathPrefix(values)
            case "Method": return .method(values)
            case "Header", "Headers": return values.count == 2 ? .header(values[0], values[1]) : nil
            default: return nil
            }
        }

        private mutating func values() -> [String]? {
            var values: [String] = []
            repeat {
                skip()
                guard let quote = rest.first, quote == "`" || quote == "\"" || quote == "'" else {
                    return nil
                }
                let value = rest.dropFirst().prefix { $0 != quote }
                rest = rest.dropFirst(value.count + 2)
                values.append(String(value))
            } while take(",")
            return take(")") ? values : nil
        }

        private mutating func take(_ text: String) -> Bool {
            skip()
            guard rest.starts(with: text) else { return false }
            rest = rest.dropFirst(text.count)
            return true
        }

        private mutating func skip() { rest = rest.drop(while: \.isWhitespace) }
    }
}

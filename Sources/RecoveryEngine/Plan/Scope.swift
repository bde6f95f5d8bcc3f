internal import JSON
internal import Runbooks
internal import YAML

/// What names mean while a document is bound.
struct Scope {
    /// Names with a value now.
    var values: [String: JSONValue] = [:]
    /// Names that stand for a value known only during the run.
    var aliases: [String: FactPath] = [:]
    /// Step ids of this document, and what stands before them in the plan.
    var steps: Set<String> = []
    var prefix = ""
    /// The bound `each` of the include all steps stand in, if its list is
    /// known only during the run.
    var block: YAMLNode?

    /// Names the engine gives a value during the run.
    static let runtime: Set<String> = ["observed", "attempt", "run", "pinned"]

    enum Meaning {
        case value(JSONValue)
        /// Known during the run under this name.
        case later(FactPath)
        /// The estate does not state it.
        case unknown
        case missing(hint: String)
    }

    func meaning(_ path: FactPath) -> Meaning {
        if let alias = aliases[path.root] {
            return .later(
                FactPath(([alias.description] + path.rest).joined(separator: ".")) ?? alias)
        }
        if let value = values[path.root] { return Self.descend(value, path) }
        if Self.runtime.contains(path.root) { return .later(path) }
        if steps.contains(path.root) || steps.contains(where: { $0.hasPrefix(path.root + ".") }) {
            let full = prefix.isEmpty ? path.description : "\(prefix).\(path)"
            return FactPath(full).map(Meaning.later) ?? .missing(hint: "")
        }
        let names = Array(values.keys) + Array(aliases.keys) + Array(Self.runtime) + Array(steps)
        return .missing(hint: NearestName.hint(path.root, among: names))
    }

    private static func descend(_ value: JSONValue, _ path: FactPath) -> Meaning {
        var current = value
        for name in path.rest {
            if current == .string("unknown") || current == .null { return .unknown }
            guard let next = current[name] else {
                return .missing(
                    hint: NearestName.hint(name, among: Array((current.object ?? [:]).keys)))
            }
            current = next
        }
        return current == .string("unknown") || current == .null ? .unknown : .value(current)
    }
}

/// What a name stands for, as far as the documents say it.
indirect enum Known: Hashable, Sendable {
    /// A fact of the estate, or a value whose parts nobody declared.
    case anything
    /// One value without parts.
    case plain
    /// A secret: only its digest may stand in a text.
    case secret
    /// A step, an include, an element: these names and no others.
    case members([String: Known])
    case list(Known)

    /// What stands for a parameter.
    init(_ type: Parameter.Kind) {
        switch type {
        case .node, .cluster, .backup: self = .anything
        case .secret: self = .secret
        case .text, .flag, .integer, .duration, .choice: self = .plain
        }
    }

    /// An element of it, if it is a list or may be one.
    var element: Known? {
        switch self {
        case .anything: .anything
        case .list(let element): element
        case .plain, .secret, .members: nil
        }
    }
}

/// The names that can be used at one place of a document.
struct Names: Sendable {
    /// Parameters, elements and what the engine knows; they come before steps.
    var facts: [String: Known]
    /// Steps and includes before this place.
    var steps: [String: Known] = [:]
    /// Those at and behind it.
    var later: [String: Int] = [:]

    enum Meaning {
        case known(Known)
        case later(line: Int)
        case missing(hint: String)
        /// The beginning is known and has no such part.
        case partMissing(whole: String, isStep: Bool, hint: String)
    }

    func meaning(_ path: FactPath) -> Meaning {
        let isStep = facts[path.root] == nil
        guard var known = facts[path.root] ?? steps[path.root] else {
            if let line = later[path.root] { return .later(line: line) }
            let names = Array(facts.keys) + Array(steps.keys) + Array(later.keys)
            return .missing(hint: NearestNames.hint(path.root, names))
        }
        var whole = path.root
        for name in path.rest {
            switch known {
            case .anything: return .known(.anything)
            case .secret where name == "sha256": known = .plain
            case .members(let members):
                guard let member = members[name] else {
                    return .partMissing(
                        whole: whole, isStep: true,
                        hint: NearestNames.hint(name, Array(members.keys)))
                }
                known = member
            case .plain, .secret, .list:
                return .partMissing(whole: whole, isStep: isStep, hint: "")
            }
            whole += "." + name
        }
        return .known(known)
    }
}

import JSON

/// Fields of an object as `managedFields` lists them: `f:data` with `f:password`
/// below, `k:{"name":"c"}` for an element of a list that is a map.
struct FieldSet: Hashable, Sendable {
    /// Whether the field itself belongs to the set, not only what is below.
    var isMember = false
    var children: [String: FieldSet] = [:]

    static let leaf = FieldSet(isMember: true)

    var isEmpty: Bool { !isMember && children.isEmpty }

    /// Reads `fieldsV1`.
    init(_ json: JSONValue) {
        let members = json.object ?? [:]
        isMember = members.isEmpty || members["."] != nil
        for (name, value) in members where name != "." { children[name] = FieldSet(value) }
    }

    init(isMember: Bool = false, children: [String: FieldSet] = [:]) {
        self.isMember = isMember
        self.children = children
    }

    /// The form of `fieldsV1`.
    var json: JSONValue {
        var members = children.mapValues(\.json)
        if isMember, !members.isEmpty { members["."] = [:] }
        return .object(members)
    }

    func union(_ other: FieldSet) -> FieldSet {
        FieldSet(
            isMember: isMember || other.isMember,
            children: children.merging(other.children) { $0.union($1) })
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && !other.isMember)
        for (name, child) in children {
            let left = other.children[name].map(child.subtracting) ?? child
            if !left.isEmpty { result.children[name] = left }
        }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(isMember: isMember && other.isMember)
        for (name, child) in children {
            guard let both = other.children[name].map(child.intersection), !both.isEmpty else {
                continue
            }
            result.children[name] = both
        }
        return result
    }

    /// Every member as a path of elements, parents before children.
    var paths: [[String]] {
        let below = children.sorted { $0.key < $1.key }.flatMap { name, child in
            child.paths.map { [name] + $0 }
        }
        return (isMember ? [[]] : []) + below
    }

    /// A path as messages show it: `.spec.containers[name="c"].image`.
    static func text(_ path: [String]) -> String {
        path.map { element in
            let body = String(element.dropFirst(2))
            guard !element.hasPrefix("f:") else { return ".\(body)" }
            guard let keys = (try? JSONValue(parsing: Array(body.utf8)))?.object else {
                return "[=\(body)]"
            }
            let pairs = keys.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
            return "[\(pairs.joined(separator: ","))]"
        }.joined()
    }
}

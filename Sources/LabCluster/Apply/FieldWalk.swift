import JSON

/// Objects taken apart into the pieces managers own.
struct FieldWalk: Sendable {
    let isCustom: Bool

    /// A value split into what can be owned on its own; nil: it is whole.
    private func parts(_ value: JSONValue, at path: [String]) -> [String: JSONValue]? {
        switch value {
        case .object(let members):
            guard !FieldSchema.isWhole(path.last ?? "", value, custom: isCustom) else {
                return nil
            }
            return Dictionary(
                members.filter { !FieldSchema.isUnmanaged(path + [$0.key]) }
                    .map { ("f:\($0.key)", $0.value) }, uniquingKeysWith: { $1 })
        case .array(let elements):
            let kind = FieldSchema.list(
                path.last ?? "", elements, inside: path, custom: isCustom)
            guard kind != .whole else { return nil }
            return Dictionary(
                elements.map { (Self.element($0, kind), $0) }, uniquingKeysWith: { $1 })
        default: return nil
        }
    }

    /// `k:{…}` or `v:…` of an element.
    static func element(_ value: JSONValue, _ kind: FieldSchema.List) -> String {
        guard case .map(let keys) = kind else { return "v:\(value.text)" }
        var named: JSONValue = [:]
        // The one key with a default takes part in its default too.
        for key in keys { named[key] = value[key] ?? (key == "protocol" ? "TCP" : nil) }
        return "k:\(named.text)"
    }

    /// Every field of `value`.
    func fields(_ value: JSONValue, at path: [String] = []) -> FieldSet {
        guard let parts = parts(value, at: path), !parts.isEmpty else {
            return path.isEmpty ? FieldSet() : .leaf
        }
        var set = FieldSet(isMember: isOwnable(value, path))
        for (name, part) in parts { set.children[name] = fields(part, at: below(path, name)) }
        return set
    }

    /// The fields of `new` that are not, or not so, in `old`.
    func changes(from old: JSONValue?, to new: JSONValue, at path: [String] = []) -> FieldSet {
        guard let old else { return fields(new, at: path) }
        guard old != new else { return FieldSet() }
        guard let before = parts(old, at: path), let after = parts(new, at: path) else {
            return .leaf
        }
        var set = FieldSet()
        for (name, part) in after {
            let change = changes(from: before[name], to: part, at: below(path, name))
            if !change.isEmpty { set.children[name] = change }
        }
        return set
    }

    /// The fields of `old` that are not in `new`.
    func removals(from old: JSONValue, to new: JSONValue?, at path: [String] = []) -> FieldSet {
        guard let new else { return fields(old, at: path) }
        guard old != new, let before = parts(old, at: path) else { return FieldSet() }
        let after = parts(new, at: path) ?? [:]
        var set = FieldSet()
        for (name, part) in before {
            let gone = removals(from: part, to: after[name], at: below(path, name))
            if !gone.isEmpty { set.children[name] = gone }
        }
        return set
    }

    /// `live` with everything `applied` says.
    func merged(_ applied: JSONValue, into live: JSONValue?, at path: [String] = []) -> JSONValue {
        guard let live else { return applied }
        switch (applied, live) {
        case (.object(let members), .object(var result)):
            guard !FieldSchema.isWhole(path.last ?? "", applied, custom: isCustom) else {
                return applied
            }
            for (name, value) in members {
                result[name] = merged(value, into: result[name], at: path + [name])
            }
            return .object(result)
        case (.array(let elements), .array(var result)):
            let kind = FieldSchema.list(
                path.last ?? "", elements, inside: path, custom: isCustom)
            guard kind != .whole else { return applied }
            for element in elements {
                let name = Self.element(element, kind)
                if let index = result.firstIndex(where: { Self.element($0, kind) == name }) {
                    result[index] = merged(element, into: result[index], at: path)
                } else {
                    result.append(element)
                }
            }
            return .array(result)
        default: return applied
        }
    }

    /// `value` without the fields of `set`.
    func removing(_ set: FieldSet, from value: JSONValue, at path: [String] = []) -> JSONValue? {
        if set.isMember, set.children.isEmpty { return nil }
        switch value {
        case .object(var members):
            for (name, child) in set.children where name.hasPrefix("f:") {
                let field = String(name.dropFirst(2))
                guard let part = members[field] else { continue }
                members[field] = removing(child, from: part, at: path + [field])
            }
            return members.isEmpty && set.isMember ? nil : .object(members)
        case .array(let elements):
            let kind = FieldSchema.list(
                path.last ?? "", elements, inside: path, custom: isCustom)
            let left = elements.compactMap { element -> JSONValue? in
                guard let child = set.children[Self.element(element, kind)] else { return element }
                return child.isMember ? nil : removing(child, from: element, at: path)
            }
            return left.isEmpty && set.isMember ? nil : .array(left)
        default: return value
        }
    }

    /// Maps and elements of lists are owned beside what they hold.
    private func isOwnable(_ value: JSONValue, _ path: [String]) -> Bool {
        guard let last = path.last else { return false }
        if value.array != nil { return last != "containers" }
        return [
            "labels", "annotations", "data", "stringData", "binaryData", "limits", "requests",
            "capacity", "allocatable", "parameters", "[]",
        ].contains(last)
    }

    private func below(_ path: [String], _ element: String) -> [String] {
        // An element keeps the name of its list out of the way of its own members.
        path + [element.hasPrefix("f:") ? String(element.dropFirst(2)) : "[]"]
    }
}

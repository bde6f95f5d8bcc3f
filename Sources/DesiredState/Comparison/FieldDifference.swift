public import JSON

/// One place where two objects differ.
public struct FieldDifference: Hashable, Sendable {
    /// Keys and elements from the root: `spec.template.spec.containers[web].image`.
    public let path: String
    /// Nil where it was not, or will not be, there.
    public let old: JSONValue?
    public let new: JSONValue?

    /// One line for a person: values only where they are short and no secret.
    public func words(isSecret: Bool) -> String {
        guard !isSecret else { return path }
        return "\(path): \(Self.show(old)) → \(Self.show(new))"
    }

    private static func show(_ value: JSONValue?) -> String {
        guard let value else { return "nothing" }
        let text = value.string ?? value.text
        return text.count > 60 ? "\(text.prefix(60))…" : text
    }

    /// Every place where `old` and `new` differ, sorted by path.
    static func all(_ old: JSONValue?, _ new: JSONValue?, at path: String = "") -> [Self] {
        guard old != new else { return [] }
        if let left = old?.object, let right = new?.object {
            return Set(left.keys).union(right.keys).sorted().flatMap { key in
                all(left[key], right[key], at: path.isEmpty ? key : "\(path).\(key)")
            }
        }
        if let left = old?.array, let right = new?.array,
            let names = elementNames(left, right)
        {
            return names.flatMap { name in
                all(
                    left.first { label($0) == name }, right.first { label($0) == name },
                    at: "\(path)[\(name)]")
            }
        }
        return [Self(path: path, old: old, new: new)]
    }

    /// What tells the elements of a list apart: their names, all different.
    static func label(_ element: JSONValue) -> String? { element["name"]?.string }

    private static func elementNames(_ left: [JSONValue], _ right: [JSONValue]) -> [String]? {
        for list in [left, right] {
            let names = list.compactMap(label)
            guard names.count == list.count, Set(names).count == names.count else { return nil }
        }
        return Set((left + right).compactMap(label)).sorted()
    }
}

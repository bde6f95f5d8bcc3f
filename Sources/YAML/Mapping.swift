/// The entries of a YAML mapping, in the order they were written.
public struct Mapping: Hashable, Sendable {
    /// Key and value, in the order of the text; no key occurs twice.
    public let entries: [(key: Scalar, value: YAMLNode)]

    /// A mapping of `entries`, whose keys are expected to differ.
    public init(entries: [(key: Scalar, value: YAMLNode)]) { self.entries = entries }

    /// The value under `key`.
    public subscript(key: String) -> YAMLNode? { entries.first { $0.key.text == key }?.value }

    /// The keys, in the order of the text.
    public var keys: [Scalar] { entries.map(\.key) }

    /// Same entries, in the same order, at the same places.
    public static func == (left: Mapping, right: Mapping) -> Bool {
        left.entries.elementsEqual(right.entries) { $0.key == $1.key && $0.value == $1.value }
    }

    /// Feeds every entry to `hasher`.
    public func hash(into hasher: inout Hasher) {
        for entry in entries {
            hasher.combine(entry.key)
            hasher.combine(entry.value)
        }
    }
}

public import JSON

/// A computed part of which files differ: what comes of it is not known here,
/// only that it may be something else.
public struct PartChange: Hashable, Sendable, CustomStringConvertible {
    public let form: String
    public let place: String
    /// Whole paths, sorted.
    public let files: [String]

    /// Every part of either whose files are not the same in both.
    static func all(from old: [ComputedPart], to new: [ComputedPart]) -> [PartChange] {
        let before = byName(old), after = byName(new)
        return Set(before.keys).union(after.keys).compactMap { name in
            let left = before[name] ?? [:], right = after[name] ?? [:]
            let files = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }
            return files.isEmpty
                ? nil : PartChange(form: name[0], place: name[1], files: files.sorted())
        }.sorted { ($0.place, $0.form) < ($1.place, $1.form) }
    }

    private static func byName(_ parts: [ComputedPart]) -> [[String]: [String: String]] {
        Dictionary(
            parts.map { ([$0.form, $0.place], $0.files) }, uniquingKeysWith: { first, _ in first })
    }

    /// `not rendered: kustomize in web: 2 files differ (values.yaml, a.yaml)`.
    public var description: String {
        let inside = place + "/"
        let names = files.prefix(5).map {
            $0.hasPrefix(inside) ? $0.dropFirst(inside.count) : $0[...]
        }
        let more = files.count > 5 ? " and \(files.count - 5) more" : ""
        let count = files.count == 1 ? "1 file differs" : "\(files.count) files differ"
        return
            "not rendered: \(form) in \(place): \(count) (\(names.joined(separator: ", "))\(more))"
    }

    /// For a machine.
    public var json: JSONValue {
        [
            "sign": .string(ObjectChange.Sign.changed.rawValue), "not-rendered": .string(form),
            "place": .string(place), "files": .array(files.map(JSONValue.string)),
        ]
    }
}

internal import JSON

/// How two snapshots differ, section by section.
public struct SnapshotDifference: Hashable, Sendable {
    /// One thing that differs.
    public struct Line: Hashable, Sendable {
        /// Cluster and section.
        public let place: String
        /// `+` added, `-` gone, `~` changed, `?` not to be told.
        public let sign: String
        public let name: String
        /// What changed, old → new; or why it cannot be told.
        public let what: String
    }

    /// Sorted by place and name.
    public let lines: [Line]

    /// How `new` differs from `old`.
    public init(_ old: ObservedSnapshot, _ new: ObservedSnapshot) {
        var lines: [Line] = []
        for cluster in Set(old.clusters.keys).union(new.clusters.keys).sorted() {
            let left = old.clusters[cluster] ?? [:], right = new.clusters[cluster] ?? [:]
            for section in Set(left.keys).union(right.keys).sorted() {
                lines += Self.lines(
                    "\(cluster) \(section)", left[section], right[section],
                    isSalted: section == "secrets" && old.salt != new.salt)
            }
        }
        self.lines = lines
    }

    private static func lines(
        _ place: String, _ old: ObservedSection?, _ new: ObservedSection?, isSalted: Bool
    ) -> [Line] {
        switch (old, new) {
        case (.items(let left)?, .items(let right)?):
            return Set(left.keys).union(right.keys).sorted().compactMap { name in
                line(place, name, left[name], right[name], isSalted: isSalted)
            }
        case (.cannotTell(let why)?, _), (_, .cannotTell(let why)?):
            return [Line(place: place, sign: "?", name: "", what: why)]
        case (nil, _):
            return [Line(place: place, sign: "?", name: "", what: "it was not looked at before")]
        case (_, nil):
            return [Line(place: place, sign: "?", name: "", what: "it was not looked at this time")]
        }
    }

    private static func line(
        _ place: String, _ name: String, _ old: JSONValue?, _ new: JSONValue?, isSalted: Bool
    ) -> Line? {
        guard let old else { return Line(place: place, sign: "+", name: name, what: "") }
        guard let new else { return Line(place: place, sign: "-", name: name, what: "") }
        if isSalted {
            guard old["type"] == new["type"] else {
                return Line(
                    place: place, sign: "~", name: name, what: change(old["type"], new["type"]))
            }
            return Line(
                place: place, sign: "?", name: name,
                what: "the snapshots were taken with different salts")
        }
        guard old != new else { return nil }
        let what = members(old, new, path: "").joined(separator: "; ")
        return Line(place: place, sign: "~", name: name, what: what)
    }

    private static func members(_ old: JSONValue, _ new: JSONValue, path: String) -> [String] {
        guard let left = old.object, let right = new.object else {
            return old == new ? [] : ["\(path)\(path.isEmpty ? "" : ": ")\(change(old, new))"]
        }
        return Set(left.keys).union(right.keys).sorted().flatMap { key -> [String] in
            let here = path.isEmpty ? key : "\(path) \(key)"
            guard let before = left[key], let after = right[key] else {
                return ["\(here): \(change(left[key], right[key]))"]
            }
            return members(before, after, path: here)
        }
    }

    private static func change(_ old: JSONValue?, _ new: JSONValue?) -> String {
        "\(old.map(text) ?? "nothing") → \(new.map(text) ?? "nothing")"
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.text }
}

internal import JSON
internal import YAML

/// What changed between two versions of a runbook or a fragment: by meaning,
/// not by line. Steps, prerequisites and checks are told apart by their id.
struct RunbookDifference {
    private let old: YAMLNode
    private let new: YAMLNode
    private static let lists = ["prerequisites", "steps", "recovered"]

    init(_ old: YAMLNode, _ new: YAMLNode) {
        self.old = old
        self.new = new
    }

    /// The new document's version.
    var version: String { new["version"]?.scalar?.text ?? "" }

    /// Something else changed, and the version did not.
    var isSilent: Bool { !content.isEmpty && old["version"]?.json == new["version"]?.json }

    var lines: [String] {
        let versions = old["version"]?.scalar?.text ?? "?"
        let head = "\(name(old)) \(versions) → \(name(new)) \(version)"
        return content.isEmpty ? [head, "nothing else differs in meaning"] : [head] + content
    }

    private func name(_ node: YAMLNode) -> String {
        (node["runbook"] ?? node["fragment"])?.scalar?.text ?? "?"
    }

    private var content: [String] {
        let top = keys(old, new).filter { $0 != "version" && !Self.lists.contains($0) }
        return top.flatMap { Self.compare(old[$0], new[$0], $0) }
            + Self.lists.flatMap { list($0, old[$0]?.sequence ?? [], new[$0]?.sequence ?? []) }
    }

    // MARK: lists of things with an id

    private func list(_ list: String, _ old: [YAMLNode], _ new: [YAMLNode]) -> [String] {
        let id = { (node: YAMLNode) in node["id"]?.scalar?.text ?? "" }
        let before = old.map(id), after = new.map(id)
        let kind =
            list == "steps" ? "step" : list == "recovered" ? "recovered check" : "prerequisite"
        var lines: [String] = []
        for (index, node) in old.enumerated() where !after.contains(before[index]) {
            lines.append("- \(kind) \(before[index]): \(title(node))")
        }
        let stayed = Self.longest(before.filter(after.contains), after.filter(before.contains))
        for (index, node) in new.enumerated() {
            let name = after[index]
            let place = index == 0 ? "first" : "behind \(after[index - 1])"
            guard let was = old.first(where: { id($0) == name }) else {
                lines.append("+ \(kind) \(name): \(title(node)) (\(place))")
                continue
            }
            if !stayed.contains(name) { lines.append("~ \(kind) \(name) moved: now \(place)") }
            let changes = keys(was, node).flatMap { Self.compare(was[$0], node[$0], $0) }
            if !changes.isEmpty {
                lines.append("~ \(kind) \(name)")
                lines += changes.map { "    \($0)" }
            }
        }
        return lines
    }

    private func title(_ node: YAMLNode) -> String {
        node["title"]?.scalar?.text ?? node["include"].map { "the steps of \(Flow.text($0))" } ?? ""
    }

    /// The longest list of names that stand in this order in both: all others
    /// have moved.
    static func longest(_ old: [String], _ new: [String]) -> Set<String> {
        var best = [[Int]](
            repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                best[i][j] =
                    old[i] == new[j]
                    ? best[i + 1][j + 1] + 1 : max(best[i + 1][j], best[i][j + 1])
            }
        }
        var names: Set<String> = []
        var i = 0, j = 0
        while i < old.count, j < new.count {
            if old[i] == new[j] {
                names.insert(old[i])
                i += 1
                j += 1
            } else if best[i + 1][j] >= best[i][j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
        return names
    }

    // MARK: values

    private func keys(_ old: YAMLNode, _ new: YAMLNode) -> [String] {
        let before = (old.mapping?.keys ?? []).map(\.text)
        return before + (new.mapping?.keys ?? []).map(\.text).filter { !before.contains($0) }
    }

    /// One line for each value that differs, under its path.
    private static func compare(_ old: YAMLNode?, _ new: YAMLNode?, _ path: String) -> [String] {
        switch (old, new) {
        case (nil, nil): return []
        case (let old?, nil): return ["\(path): \(Flow.text(old)) → (left out)"]
        case (nil, let new?): return ["\(path): (left out) → \(Flow.text(new))"]
        case (let old?, let new?):
            if old.json == new.json { return [] }
            guard let before = old.mapping, let after = new.mapping else {
                return ["\(path): \(Flow.text(old)) → \(Flow.text(new))"]
            }
            let added = after.keys.map(\.text).filter { before[$0] == nil }
            return (before.keys.map(\.text) + added).flatMap {
                compare(before[$0], after[$0], "\(path).\($0)")
            }
        }
    }
}

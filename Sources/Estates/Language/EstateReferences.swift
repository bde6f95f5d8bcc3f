internal import JSON
internal import YAML

/// Whether every name that is used is the name of something.
struct EstateReferences {
    let file: String
    let root: YAMLNode
    /// Name of an element to where it stands first.
    private let elements: [String: Mark]
    private let twice: [(name: String, mark: Mark, first: Mark)]

    /// The lists whose things can be needed.
    private static let lists = ["clusters", "nodes", "machines", "dependencies", "services"]

    init(file: String, root: YAMLNode) {
        self.file = file
        self.root = root
        var elements: [String: Mark] = [:]
        var twice: [(name: String, mark: Mark, first: Mark)] = []
        for list in Self.lists {
            for thing in root[list]?.sequence ?? [] {
                guard let name = thing["name"]?.scalar else { continue }
                if let first = elements[name.text] {
                    twice.append((name.text, name.mark, first))
                } else {
                    elements[name.text] = name.mark
                }
            }
        }
        self.elements = elements
        // Clusters and nodes that stand twice are told apart from this.
        self.twice = twice.filter { other in
            !["clusters", "nodes"].contains { list in
                let names = root[list]?.sequence?.compactMap { $0["name"]?.scalar?.text } ?? []
                return names.count { $0 == other.name } > 1
            }
        }
    }

    var problems: [Diagnostic] {
        twice.map {
            problem("ES-DUP", $0.mark, "'\($0.name)' stands in line \($0.first.line) already")
        }
            + Self.lists.flatMap { list in
                (root[list]?.sequence ?? []).flatMap { thing in
                    ["needs", "restored-from"].flatMap { needs(thing[$0]) } + place(thing["on"], [])
                        + place(thing["lives"], ["outside"])
                }
            } + (root["single-points-of-failure"]?.sequence ?? []).flatMap { place($0["name"], []) }
            + (root["circularities"]?.sequence ?? []).flatMap { circle in
                (circle["members"]?.sequence ?? []).flatMap { place($0, []) }
            } + (root["backups"]?.sequence ?? []).flatMap { cluster($0["cluster"]) }
    }

    private func needs(_ node: YAMLNode?) -> [Diagnostic] {
        (node?.sequence ?? []).flatMap { need -> [Diagnostic] in
            guard let group = need.mapping else { return place(need, []) }
            return group.entries.flatMap { $0.value.sequence ?? [] }.flatMap { place($0, []) }
        }
    }

    private func place(_ node: YAMLNode?, _ words: [String]) -> [Diagnostic] {
        guard let name = node?.scalar, name.text != "unknown", !words.contains(name.text),
            elements[name.text] == nil
        else { return [] }
        let hint = NearestName.hint(name.text, among: elements.keys.sorted() + words)
        return [
            problem(
                "ES-REF", name.mark, "nothing is called '\(name.text)'\(hint)")
        ]
    }

    private func cluster(_ node: YAMLNode?) -> [Diagnostic] {
        let clusters = root["clusters"]?.sequence?.compactMap { $0["name"]?.scalar?.text } ?? []
        guard let name = node?.scalar, name.text != "unknown", !clusters.contains(name.text) else {
            return []
        }
        let hint = NearestName.hint(name.text, among: clusters)
        return [problem("ES-CLUSTER", name.mark, "there is no cluster '\(name.text)'\(hint)")]
    }

    private func problem(_ code: String, _ mark: Mark, _ message: String) -> Diagnostic {
        Diagnostic(file: file, mark: mark, code: code, message: message)
    }
}

internal import YAML

/// All names that are used in some nodes, wherever they stand.
struct Usage {
    private var paths: Set<FactPath> = []

    init(_ nodes: [YAMLNode]) { for node in nodes { collect(node) } }

    private mutating func collect(_ node: YAMLNode) {
        switch node {
        case .scalar(let scalar):
            if let path = FactPath(scalar.text) { paths.insert(path) }
            if scalar.text.contains("{{"), let template = try? Template(scalar.text) {
                paths.formUnion(template.holes)
            }
        case .sequence(let elements, _): for element in elements { collect(element) }
        case .mapping(let mapping, _):
            for entry in mapping.entries {
                if ["id", "title", "include"].contains(entry.key.text) == false
                    || entry.value.scalar?.text.contains("{{") == true
                {
                    collect(entry.value)
                }
                // The keys of `when` are names, too.
                if entry.key.text.contains("."), let path = FactPath(entry.key.text) {
                    paths.insert(path)
                }
                if entry.key.text == "when" {
                    paths.formUnion(
                        entry.value.mapping?.keys.compactMap { FactPath($0.text) } ?? [])
                }
            }
        }
    }

    /// Whether a path begins with `name`.
    func names(_ name: String) -> Bool { paths.contains { $0.root == name } }

    /// Whether a path leads through `step` to `part`, under whatever name the
    /// step is known there.
    func names(_ part: String, of step: String) -> Bool {
        paths.contains { path in
            zip(path.names, path.names.dropFirst()).contains { $0 == step && $1 == part }
        }
    }
}

import LabHosts
import YAML

/// What may stand in a `lab.yaml`. A word nobody reads is an error, not a
/// silence: a misspelt pace would make a drill lie about its speed.
struct LabGrammar {
    private let file: String
    private let description: LabDescription
    private var findings: [String] = []

    /// The keys of each mapping; `*` stands for any name, and what is not
    /// listed may hold anything.
    private static let keys: [String: Set<String>] = [
        "": [
            "lab", "estate", "invented", "paces", "custom-resources", "world", "repository",
            "drills", "addons", "addresses", "images", "names", "certificates", "sealing",
            "volumes-without-copy", "playbooks",
        ],
        "images": ["zot", "absent", "architectures", "registries"],
        "invented": ["clusters", "nodes", "backups"],
        "paces": [
            "controllers", "node-grace", "kubelet", "toleration-seconds", "argocd", "flux", "cron",
        ],
        "repository": ["source", "branch", "path", "tree", "files"],
        "sealing": ["bits", "secrets"],
        "playbooks": ["path", "plays"],
        "playbooks/plays": ["name", "group", "hosts", "tags", "tasks"],
        "playbooks/plays/tasks": ["name", "run", "unless", "register", "fetch"],
        "drills/*": ["fault", "arguments", "leaves"],
    ]

    /// Every finding about `document`, each with its place.
    static func check(
        _ document: YAMLNode, _ file: String, of description: LabDescription
    ) throws(InputError) {
        var grammar = LabGrammar(file: file, description: description)
        grammar.visit(document, at: [])
        grammar.visitClusters(document)
        grammar.visitFaults(document)
        guard grammar.findings.isEmpty else {
            throw InputError(grammar.findings.joined(separator: "\n"))
        }
    }

    private init(file: String, description: LabDescription) {
        self.file = file
        self.description = description
    }

    private mutating func find(_ mark: Mark, _ text: String) {
        findings.append("\(file):\(mark): \(text)")
    }

    private mutating func visit(_ node: YAMLNode, at path: [String]) {
        let known = Self.keys.first { Self.fits($0.key, path) }?.value
        for entry in node.mapping?.entries ?? [] {
            if let known, !known.contains(entry.key.text) {
                let place = path.isEmpty ? "a lab.yaml" : path.joined(separator: ".")
                find(
                    entry.key.mark,
                    "\(place) has no '\(entry.key.text)'; it may have: "
                        + known.sorted().joined(separator: ", "))
            }
            if path.count < 3 { visit(entry.value, at: path + [entry.key.text]) }
        }
        for element in node.sequence ?? [] { visit(element, at: path) }
    }

    private static func fits(_ pattern: String, _ path: [String]) -> Bool {
        let parts = pattern.split(separator: "/").map(String.init)
        return parts.count == path.count
            && zip(parts, path).allSatisfy { $0 == "*" || $0 == $1 }
    }

    /// A world is of a cluster the estate has, with an address.
    private mutating func visitClusters(_ document: YAMLNode) {
        for section in ["world", "custom-resources"] {
            for name in document[section]?.mapping?.keys ?? []
            where !description.clusters.contains(name.text) {
                find(
                    name.mark,
                    "\(section) of '\(name.text)', which is no cluster with an address; there are: "
                        + description.clusters.joined(separator: ", "))
            }
        }
    }

    private mutating func visitFaults(_ document: YAMLNode) {
        for drill in document["drills"]?.mapping?.entries ?? [] {
            for line in drill.value["fault"]?.sequence ?? [] {
                do {
                    _ = try FaultCatalogue.fault(line.scalar?.text ?? "", in: description)
                } catch {
                    find(line.mark, "\(error)")
                }
            }
        }
    }
}

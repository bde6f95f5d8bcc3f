import JSON
import LabHosts
import YAML

/// The ssh commands of the shipped runbooks, each once, with values where the
/// runbooks have names.
enum ShippedCommands {
    /// A command, and whether it is meant for a server.
    struct Shipped: Hashable {
        let words: [String]
        let isForServer: Bool

        /// The command as a shell reads it.
        var line: String {
            words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        }
    }

    /// All of them, from every runbook and fragment below `library`.
    static func all(_ library: String) throws -> [Shipped] {
        let folders = ["\(library)/runbooks", "\(library)/runbooks/fragments"]
        let files = folders.flatMap { folder in
            Disk.names(folder).filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0)" }
        }
        var found: Set<Shipped> = []
        for file in files {
            collect(try YAMLParser.parse(try SourceFile.read(path: file)).json, into: &found)
        }
        return found.sorted { $0.line < $1.line }
    }

    private static func collect(_ value: JSONValue, into found: inout Set<Shipped>) {
        if let ssh = value["ssh"], let run = ssh["run"]?.array {
            let words = run.compactMap { word in
                word.string.map(filled) ?? (word["spread"] == nil ? word.int.map(String.init) : nil)
            }
            let isForServer = !["node", "worker"].contains(ssh["host"]?.string ?? "")
            found.insert(Shipped(words: words, isForServer: isForServer))
        }
        for inner in value.object?.values.map({ $0 }) ?? [] { collect(inner, into: &found) }
        for inner in value.array ?? [] { collect(inner, into: &found) }
    }

    /// `text` with something in the place of each name.
    private static func filled(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let end = rest.firstRange(of: "}}") {
            let name = rest[open.upperBound..<end.lowerBound].filter { $0 != " " }
            result += rest[..<open.lowerBound]
            result += name.hasSuffix(".data") ? "/var/lib/rancher/k3s" : "sample"
            rest = rest[end.upperBound...]
        }
        return result + rest
    }
}

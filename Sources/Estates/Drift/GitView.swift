internal import JSON
internal import YAML

/// What stands in a commit of a Git repository: text files by their path.
public struct GitView: Hashable, Sendable {
    public let commit: String
    public let files: [String: String]

    public init(commit: String, files: [String: String]) {
        self.commit = commit
        self.files = files
    }

    /// Several sources in one view; a file's path begins with its source.
    public init(_ sources: [(name: String, view: GitView)]) {
        commit = sources.map(\.view.commit).joined(separator: " ")
        let files = sources.flatMap { source in
            source.view.files.map { ("\(source.name)/\($0.key)", $0.value) }
        }
        self.files = Dictionary(files) { first, _ in first }
    }

    /// Every value `name` is given in a file of variables, whatever its form;
    /// sorted.
    func values(of name: String) -> [String] {
        var found: Set<String> = []
        for (path, text) in files where Self.holdsVariables(path) {
            for line in text.split(whereSeparator: \.isNewline) {
                let words = line.drop { $0 == " " || $0 == "-" || $0 == "\t" }
                guard words.hasPrefix(name) else { continue }
                let rest = words.dropFirst(name.count).drop { $0 == " " }
                guard let mark = rest.first, mark == ":" || mark == "=" else { continue }
                let value = Self.bare(rest.dropFirst())
                // A template says where the value comes from, not what it is.
                if !value.isEmpty, !value.contains("{{") { found.insert(value) }
            }
        }
        return found.sorted()
    }

    private static func holdsVariables(_ path: String) -> Bool {
        [".yml", ".yaml", ".tfvars", ".tfvars.example", ".ini", ".env", ".j2"]
            .contains { path.hasSuffix($0) }
    }

    /// A value without its quotes and without the remark behind it.
    private static func bare(_ text: Substring) -> String {
        let text = text.drop { $0 == " " }
        if let quote = text.first, quote == "\"" || quote == "'" {
            return String(text.dropFirst().prefix { $0 != quote })
        }
        var value = String(text.prefix { $0 != "#" })
        while value.last == " " { value.removeLast() }
        return value
    }

    /// The paths of files that hold `word`; sorted.
    func paths(with word: String) -> [String] {
        files.filter { $0.value.contains(word) }.keys.sorted()
    }

    /// Every object of Kubernetes in a YAML file.
    var objects: [JSONValue] {
        files.filter { $0.key.hasSuffix(".yaml") || $0.key.hasSuffix(".yml") }
            .sorted { $0.key < $1.key }
            .flatMap { (try? YAMLParser.parseAll(Array($0.value.utf8))) ?? [] }
            .map(\.json).filter { $0["kind"]?.string != nil && $0["metadata"] != nil }
    }

    /// The objects of `kind` called `name`.
    func objects(_ kind: String, _ name: String) -> [JSONValue] {
        objects.filter {
            $0["kind"]?.string == kind && $0.at("metadata", "name")?.string == name
        }
    }

    /// Lines of a read-me that say something is disabled; path and line.
    func disabling(_ word: String) -> [(path: String, line: String)] {
        files.sorted { $0.key < $1.key }.flatMap { path, text -> [(path: String, line: String)] in
            guard path.lowercased().hasSuffix("readme.md") else { return [] }
            return text.split(whereSeparator: \.isNewline).filter { line in
                let words = line.lowercased()
                return words.contains(word)
                    && ["disabled", "--disable", "turned off", "not installed"].contains {
                        words.contains($0)
                    }
            }.map { (path, String($0)) }
        }
    }
}

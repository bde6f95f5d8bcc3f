internal import JSON
internal import YAML

/// What the binding says of its sources.
extension BindingReader {
    /// A source, whose keys must all be known: a CA misspelt would be none.
    mutating func source(_ node: YAMLNode) -> Binding.Source {
        let known = [
            "url", "branch", "tag", "path", "signers", "host-keys", "ca", "credentials", "limits",
        ]
        refuse(node, "a source", known)
        let url = text(node, "url") ?? ""
        if !url.isEmpty, let objection = SourceGrammar.objection(to: url) {
            add("BD-URL", node["url"]?.mark ?? node.mark, "'\(url)': \(objection)")
        }
        return Binding.Source(
            url: url, at: reference(node), path: text(node, "path") ?? "",
            signers: node["signers"].map { signers($0) }, access: access(node, url))
    }

    /// A branch or a tag: of both, nobody would know which counts.
    private mutating func reference(_ node: YAMLNode) -> SourceReference {
        guard let tag = node["tag"] else { return .branch(text(node, "branch") ?? "") }
        if node["branch"] != nil {
            add("BD-SOURCE", tag.mark, "'branch' and 'tag': a source is one of them")
        }
        return .tag(text(node, "tag") ?? "")
    }

    private mutating func access(_ node: YAMLNode, _ url: String) -> SourceAccess {
        let scheme = SourceGrammar.scheme(of: url)
        for (key, other) in [("host-keys", SourceGrammar.Scheme.ssh), ("ca", .https)] {
            guard let value = node[key], let scheme, scheme != other else { continue }
            add(
                "BD-SOURCE", value.mark,
                "'\(key)' is for \(other.rawValue), this is \(scheme.rawValue)")
        }
        let keys = hostKeys(node)
        if scheme == .ssh, keys.isEmpty {
            add(
                "ES-IDENT", node.mark,
                "without its host key nobody knows which server answers: add host-keys, "
                    + "['TYPE BASE64'], as its operator publishes them")
        }
        let authority = node["ca"]?.scalar?.text
        if let value = node["ca"], authority?.hasPrefix("/") != true {
            add("BD-PATH", value.mark, "'ca' is an absolute path")
        }
        let limits = node["limits"]
        if let limits { refuse(limits, "limits", ["memory-mib", "objects", "deadline"]) }
        return SourceAccess(
            hostKeys: keys, authority: authority, credentials: credentials(node, scheme),
            memory: number(limits, "memory-mib", 512, in: 64...65_536),
            objects: number(limits, "objects", 1_000_000, in: 1...1_000_000),
            deadline: deadline(limits))
    }

    /// One key, or a list of them.
    private mutating func hostKeys(_ node: YAMLNode) -> [String] {
        guard let value = node["host-keys"] else { return [] }
        let keys = (value.sequence ?? [value]).map { $0.scalar?.text ?? "" }
        for key in keys where !HostGrammar.isKey(key) {
            add("ES-IDENT", value.mark, "'\(key)' is no host key: 'TYPE BASE64'")
        }
        return keys
    }

    /// The file of the secret that is named.
    private mutating func credentials(_ node: YAMLNode, _ scheme: SourceGrammar.Scheme?) -> String?
    {
        guard let value = node["credentials"] else { return nil }
        let name = value.scalar?.text ?? ""
        guard scheme != .file else {
            add("BD-SOURCE", value.mark, "'credentials' are for https and ssh, this is file")
            return nil
        }
        guard let path = root["secrets"]?[name]?.scalar?.text else {
            add(
                "BD-SECRET", value.mark, "'\(name)' is no secret of this binding: add it to secrets"
            )
            return nil
        }
        if !path.hasPrefix("/") {
            add("BD-PATH", value.mark, "the secret '\(name)' is an absolute path")
        }
        return path
    }

    private mutating func number(
        _ limits: YAMLNode?, _ key: String, _ fallback: Int, in range: ClosedRange<Int>
    ) -> Int {
        guard let value = limits?[key] else { return fallback }
        if let number = value.json.int, range.contains(number) { return number }
        add("BD-LIMIT", value.mark, "'\(key)' is from \(range.lowerBound) to \(range.upperBound)")
        return fallback
    }

    private mutating func deadline(_ limits: YAMLNode?) -> Int {
        guard let value = limits?["deadline"] else { return 60 }
        let text = value.scalar?.text ?? ""
        if text.hasSuffix("s"), let seconds = Int(text.dropLast()), (1...3600).contains(seconds) {
            return seconds
        }
        add("BD-LIMIT", value.mark, "'deadline' is from 1s to 3600s")
        return 60
    }

    private mutating func refuse(_ node: YAMLNode, _ what: String, _ known: [String]) {
        for key in node.mapping?.keys ?? [] where !known.contains(key.text) {
            add(
                "BD-UNKNOWN", key.mark,
                "\(what) has no '\(key.text)'\(NearestName.hint(key.text, among: known))")
        }
    }
}

import JSON

/// A kubectl command line, as far as the runbooks use it.
struct KubectlCall {
    let verb: String
    /// Words that are no options, behind the verb.
    private(set) var words: [String] = []
    private var options: [String: String] = [:]

    init(_ arguments: [String]) {
        verb = arguments[0]
        var rest = arguments.dropFirst()
        while let word = rest.popFirst() {
            if ["-n", "-o", "-l", "-p", "-f", "--type", "--raw", "--field-selector"].contains(word)
            {
                options[word] = rest.popFirst() ?? ""
            } else if word.hasPrefix("-") {
                options[word] = ""
            } else {
                words.append(word)
            }
        }
    }

    var kind: String {
        let kind = words.first?.split(separator: ".").first.map(String.init) ?? ""
        return kind == "nodes" ? "node" : kind
    }

    /// The node in `--field-selector spec.nodeName=…`.
    var onNode: String? {
        options["--field-selector"].map { String($0.dropFirst("spec.nodeName=".count)) }
    }

    var name: String? { words.count > 1 ? words[1] : nil }
    var patch: JSONValue? { options["-p"].flatMap { try? JSONValue(parsing: Array($0.utf8)) } }
    var ignoresMissing: Bool { options["--ignore-not-found"] != nil }

    /// `key=value` words.
    var pairs: [(key: String, value: String)] {
        words.compactMap { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    /// `kind/name` of the object at a raw path.
    var raw: String? {
        guard let parts = options["--raw"]?.split(separator: "/"), let name = parts.last else {
            return nil
        }
        let kind = parts.dropLast().last ?? ""
        return "\(kind.hasSuffix("s") ? kind.dropLast() : kind)/\(name)"
    }

    /// The names in `jsonpath={.a.b}`.
    var jsonPath: [String]? {
        guard let text = options["-o"], text.hasPrefix("jsonpath={.") else { return nil }
        return text.dropFirst("jsonpath={.".count).dropLast().split(separator: ".").map(String.init)
    }

    /// The value that the label is not to have, by `-l`.
    func notLabelled(_ label: String) -> String? {
        options["-l"]?.split(separator: ",").first { $0.hasPrefix("\(label)!=") }
            .map { String($0.dropFirst(label.utf8.count + 2)) }
    }
}

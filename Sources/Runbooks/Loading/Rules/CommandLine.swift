internal import YAML

/// The words of an argument list as they stand in a document, for the rules that
/// look at what a command does. A hole stays `{{ path }}`; what is not text is
/// an empty word.
struct CommandLine {
    /// A word and where it stands.
    struct Word {
        let text: String
        let mark: Mark
        /// The last part of a path.
        var name: String { text.split(separator: "/").last.map(String.init) ?? text }
        var hasHole: Bool { text.contains("{{") }
        var isOption: Bool { text.hasPrefix("-") && text.utf8.count > 1 }
    }

    /// All words, the program first.
    let words: [Word]
    /// The words without what only starts another program (`sudo`, `env`, `timeout`).
    let command: [Word]

    init(_ elements: [YAMLNode]) { self.init(words: elements.map(Self.word)) }

    private init(words: [Word]) {
        self.words = words
        var rest = words[...]
        while let first = rest.first, let wrapper = Wrapper.all[first.name] {
            rest = wrapper.unwrap(rest.dropFirst())
        }
        // k3s is many programs in one.
        if rest.first?.name == "k3s", let second = rest.dropFirst().first,
            ["kubectl", "crictl", "ctr"].contains(second.text)
        {
            rest = rest.dropFirst()
        }
        command = Array(rest)
    }

    /// The argument list in the mapping of an action or a question, if it has one.
    init?(_ node: YAMLNode?) {
        guard let node else { return nil }
        self.init(run: node["run"], ssh: node["ssh"], kubectl: node["kubectl"])
    }

    /// The same, for a mapping that is being read.
    init?(_ fields: Fields) {
        self.init(run: fields.peek("run"), ssh: fields.peek("ssh"), kubectl: fields.peek("kubectl"))
    }

    private init?(run: YAMLNode?, ssh: YAMLNode?, kubectl: YAMLNode?) {
        if let list = run?.sequence ?? ssh?["run"]?.sequence, !list.isEmpty {
            self.init(list)
        } else if let node = kubectl?["run"], let list = node.sequence, !list.isEmpty {
            self.init(words: [Word(text: "kubectl", mark: node.mark)] + list.map(Self.word))
        } else {
            return nil
        }
    }

    private static func word(_ node: YAMLNode) -> Word {
        Word(text: node.scalar?.text ?? "", mark: node.mark)
    }

    /// Where it begins.
    var mark: Mark { words.first?.mark ?? Mark(line: 1, column: 1) }
    /// The name of the program that does the work.
    var program: String { command.first?.name ?? "" }
    var arguments: ArraySlice<Word> { command.dropFirst() }

    /// The arguments that are neither options nor values of those in `valued`.
    func operands(valued: Set<String>) -> [String] {
        var operands: [String] = []
        var skip = false
        for word in arguments {
            if skip {
                skip = false
            } else if word.isOption {
                skip = valued.contains(word.text)
            } else {
                operands.append(word.text)
            }
        }
        return operands
    }

    /// Options of kubectl whose value is the next word.
    static let kubectlOptions: Set<String> = [
        "-n", "--namespace", "--context", "--cluster", "--user", "--kubeconfig", "-s", "--server",
        "--token", "--as", "--as-group", "--as-uid", "--cache-dir", "--request-timeout", "-v",
        "--v",
        "--certificate-authority", "--client-key", "--client-certificate", "--tls-server-name",
        "-o", "--output", "-l", "--selector", "-f", "--filename", "-p", "--patch", "--type",
        "--field-selector", "-c", "--container", "-k", "--kustomize",
    ]

    /// The verb of kubectl and what follows it; nothing for another program.
    var kubectl: [String] { program == "kubectl" ? operands(valued: Self.kubectlOptions) : [] }
}

/// A program that only starts another.
struct Wrapper {
    /// Options whose value is the next word.
    var valued: Set<String> = []
    /// Words of its own before the other program.
    var operands = 0

    static let all: [String: Wrapper] = [
        "sudo": Wrapper(valued: ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "-r", "-t"]),
        "doas": Wrapper(valued: ["-u", "-C"]),
        "env": Wrapper(valued: ["-u", "-C", "--unset", "--chdir"]),
        "timeout": Wrapper(valued: ["-s", "-k", "--signal", "--kill-after"], operands: 1),
        "nice": Wrapper(valued: ["-n"]), "ionice": Wrapper(valued: ["-c", "-n"]),
        "nohup": Wrapper(),
        "setsid": Wrapper(), "stdbuf": Wrapper(valued: ["-i", "-o", "-e"]), "time": Wrapper(),
        "chroot": Wrapper(operands: 1), "nsenter": Wrapper(valued: ["-t", "-S", "-G"]),
        "unshare": Wrapper(), "busybox": Wrapper(), "command": Wrapper(), "exec": Wrapper(),
    ]

    func unwrap(_ words: ArraySlice<CommandLine.Word>) -> ArraySlice<CommandLine.Word> {
        var rest = words
        var left = operands
        while let word = rest.first {
            if word.isOption {
                rest = rest.dropFirst(valued.contains(word.text) ? 2 : 1)
            } else if word.text.contains("="), !word.text.hasPrefix("/") {
                rest = rest.dropFirst()
            } else if left > 0 {
                left -= 1
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return rest
    }
}

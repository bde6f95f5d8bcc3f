/// Commands that print what they were given in confidence.
enum SecretRule {
    /// The word that makes `line` tell everything, or nil.
    static func verbose(_ line: CommandLine) -> CommandLine.Word? {
        let program = line.program
        let words = Array(line.arguments)
        switch program {
        case "kubectl", "oc":
            for (index, word) in words.enumerated() {
                let next = index + 1 < words.count ? words[index + 1].text : ""
                if level(word.text, next) >= 6 { return word }
            }
            return nil
        case "curl":
            return words.first { word in
                ["--verbose", "--trace", "--trace-ascii"].contains(word.text)
                    || flags(word.text, hold: "v")
            }
        case "wget": return words.first { ["-d", "--debug", "-v", "--verbose"].contains($0.text) }
        case "ssh", "scp", "sftp": return words.first { flags($0.text, hold: "v") }
        case "helm", "git", "restic":
            return words.first { ["--debug", "--verbose", "-vv"].contains($0.text) }
        case let name where name.hasPrefix("ansible"):
            return words.first { $0.text.hasPrefix("-vvv") || $0.text == "--verbose" }
        case let name where ShellRule.shells.contains(name):
            return words.first { word in
                flags(word.text, hold: "x") || word.text == "xtrace" || word.text.contains("set -x")
                    || word.text.contains("set -o xtrace")
            }
        default: return nil
        }
    }

    /// What `line` prints that is nobody's business, or nil.
    static func prints(_ line: CommandLine) -> String? {
        let program = line.program
        // `env` with a program behind it only starts that one.
        if program.isEmpty, line.words.contains(where: { $0.name == "env" }) {
            return "env prints everything"
        }
        if ["printenv", "export", "set", "declare"].contains(program) {
            return "\(program) prints everything"
        }
        if program == "kubectl" { return kubectl(line) }
        guard
            ["cat", "head", "tail", "less", "more", "strings", "base64", "xxd", "od", "tac"]
                .contains(program),
            let file = line.arguments.first(where: { isKey($0.text) })
        else { return nil }
        return "\(program) \(file.text.excerpt) prints a secret"
    }

    private static func kubectl(_ line: CommandLine) -> String? {
        let operands = line.kubectl
        let isOut = line.arguments.contains {
            $0.text.hasPrefix("-o") || $0.text.hasPrefix("--output")
        }
        let kinds = operands.dropFirst().first?.split(whereSeparator: { ",/".contains($0) }) ?? []
        if operands.first == "get", isOut,
            kinds.contains(where: { ["secret", "secrets"].contains($0) })
        {
            return "kubectl get secret -o prints secrets"
        }
        let isRaw = line.arguments.contains { $0.text == "--raw" || $0.text == "--flatten" }
        return operands.prefix(2) == ["config", "view"] && isRaw
            ? "kubectl config view --raw prints secrets" : nil
    }

    /// A file that is a key by its name.
    private static func isKey(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let ends = [
            ".key", ".pem", ".p12", ".pfx", ".kubeconfig", "token", "password", ".age", ".htpasswd",
        ]
        return ends.contains(where: name.hasSuffix)
            || name.hasPrefix("id_") && !name.hasSuffix(".pub")
            || ["shadow", "kubeconfig", "credentials", ".netrc", ".pgpass", "k3s.yaml", ".env"]
                .contains(name)
            || path.hasPrefix("/proc/") && name == "environ"
    }

    /// `-v=9`, `--v=9`, `-v9`, `-v 9`; 0 for another word.
    private static func level(_ word: String, _ next: String) -> Int {
        if word == "-v" || word == "--v" { return Int(next) ?? 0 }
        for start in ["-v=", "--v=", "-v"] where word.hasPrefix(start) {
            return Int(word.dropFirst(start.count)) ?? 0
        }
        return 0
    }

    /// `-v`, or `v` among short options together.
    private static func flags(_ word: String, hold flag: Character) -> Bool {
        word.hasPrefix("-") && !word.hasPrefix("--") && word.utf8.count <= 6 && word.contains(flag)
            && word.utf8.dropFirst().allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
    }
}

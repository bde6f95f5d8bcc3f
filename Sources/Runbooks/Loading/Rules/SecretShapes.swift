internal import Patterns
internal import YAML

/// Texts that are secrets whoever they belong to. A runbook lies in Git, where
/// nothing is ever taken back.
enum SecretShapes {
    /// How a secret begins, what all of it looks like, and what it is called.
    private struct Shape {
        let start: [UInt8]
        let pattern: Pattern?
        let name: String

        init(_ start: String, _ pattern: String, _ name: String) {
            self.start = Array(start.utf8)
            self.pattern = try? Pattern(pattern)
            self.name = name
        }
    }

    private static let shapes = [
        Shape("-----BEGIN", "-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----", "a private key"),
        Shape("eyJ", "eyJ[A-Za-z0-9_-]+[.]eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]*", "a JSON web token"),
        Shape("AKIA", "AKIA[A-Z0-9]{16}", "a cloud's key"),
        Shape("ASIA", "ASIA[A-Z0-9]{16}", "a cloud's key"),
        Shape("AIza", "AIza[A-Za-z0-9_-]{35}", "a cloud's key"),
        Shape("ghp_", "ghp_[A-Za-z0-9]{36}", "a Git server's token"),
        Shape("gho_", "gho_[A-Za-z0-9]{36}", "a Git server's token"),
        Shape("ghs_", "ghs_[A-Za-z0-9]{36}", "a Git server's token"),
        Shape("github_pat_", "github_pat_[A-Za-z0-9_]{22}", "a Git server's token"),
        Shape("glpat-", "glpat-[A-Za-z0-9_-]{20}", "a Git server's token"),
        Shape("xox", "xox[abprs]-[A-Za-z0-9-]{10}", "a chat's token"),
        Shape("AGE-SECRET-KEY-", "AGE-SECRET-KEY-1[A-Z0-9]{20}", "an age key"),
        Shape("K10", "K10[0-9a-f]{40,64}::[a-z]+:.", "a k3s token"),
        Shape("://", "://[^/@: {}]+:[^/@ {}]+@", "a password in a URL"),
    ]
    private static let starts = Set(shapes.compactMap(\.start.first))

    /// Whether there is none; each is told where it stands, never what it is.
    /// Nothing else is then said about the document: it could be an echo.
    static func areAbsent(_ root: YAMLNode, _ document: Document, _ problems: Problems) -> Bool {
        var found = inText(document.bytes)
        if found.isEmpty { found = inScalars(root) }
        for (mark, name) in found {
            problems.add(
                "RB-SECRET", at: mark,
                "\(name) stands here; take it out, hold it for known to others, and make a new one. "
                    + "A secret is a parameter of type secret, given by file")
        }
        return found.isEmpty
    }

    /// Line by line, comments included.
    private static func inText(_ bytes: [UInt8]) -> [(Mark, String)] {
        var found: [(Mark, String)] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard let (offset, name) = secret(in: line) else { continue }
            let column = line[..<offset].filter { $0 & 0xC0 != 0x80 }.count + 1
            found.append((Mark(line: index + 1, column: column), name))
        }
        return found
    }

    /// What escapes and folding put together.
    private static func inScalars(_ node: YAMLNode) -> [(Mark, String)] {
        switch node {
        case .scalar(let scalar):
            guard !scalar.isPlain, let (_, name) = secret(in: Array(scalar.text.utf8)[...]) else {
                return []
            }
            return [(scalar.mark, name)]
        case .sequence(let elements, _): return elements.flatMap(inScalars)
        case .mapping(let mapping, _): return mapping.entries.flatMap { inScalars($0.value) }
        }
    }

    private static func secret(in text: ArraySlice<UInt8>) -> (offset: Int, name: String)? {
        var line: String?
        for offset in text.indices where starts.contains(text[offset]) {
            for shape in shapes where text[offset...].starts(with: shape.start) {
                let whole = line ?? String(decoding: text, as: UTF8.self)
                line = whole
                if shape.pattern?.matches(whole) ?? false { return (offset, shape.name) }
            }
        }
        return nil
    }
}

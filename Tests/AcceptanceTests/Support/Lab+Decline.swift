import Testing

/// The lab's own person, with a mind of their own.
extension Lab {
    /// They decline what `step` asks until the file is there.
    func decline(_ step: String, until file: String) throws {
        let bindings = "\(folder)/lab/config/recover/bindings"
        let name = try #require(Files.names(bindings).first { $0.hasSuffix(".yaml") })
        let path = "\(bindings)/\(name)"
        let script = "\(folder)/person", program = try Programs.path("recover-lab")
        try Files.write(
            """
            #!/bin/sh
            question=$(cat)
            case "$question" in
              *\(step)*) [ -e \(file) ] || { echo '{"answer":"no"}'; exit 0; };;
            esac
            printf '%s\\n' "$question" | '\(program)' operator '\(folder)/lab'

            """, to: script, mode: 0o755)
        let lines = try #require(Files.text(path)).split(separator: "\n").map { line in
            guard let start = line.firstRange(of: "operator: ["), let end = line.firstIndex(of: "]")
            else { return String(line) }
            return line[..<start.upperBound] + "\"\(script)\"" + String(line[end...])
        }
        try Files.write(lines.joined(separator: "\n") + "\n", to: path, mode: 0o600)
    }
}

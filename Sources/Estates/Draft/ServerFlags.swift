internal import JSON

/// The flags a k3s says it runs with, in an annotation of its Node: those of its
/// unit and those of its `config.yaml`, which it reads into one list.
struct ServerFlags {
    /// Name to value; a flag that stands alone has none.
    private let flags: [(name: String, value: String?)]

    /// Nil when nothing can be read from it.
    init?(_ annotation: JSONValue?) {
        guard let text = annotation?.string,
            let words = (try? JSONValue(parsing: Array(text.utf8)))?.array?.compactMap(\.string),
            let first = words.first, first == "server" || first == "agent"
        else { return nil }
        var flags: [(name: String, value: String?)] = []
        for word in words.dropFirst() {
            if word.hasPrefix("-") {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                flags.append((parts[0], parts.count == 2 ? parts[1] : nil))
            } else if let last = flags.indices.last, flags[last].value == nil {
                flags[last].value = word
            }
        }
        self.flags = flags
    }

    subscript(name: String) -> String? { flags.last { $0.name == "--\(name)" }?.value }

    /// What a server is started with again: without the server it joined, and
    /// without secrets, which k3s shows as stars.
    var again: [String] {
        flags.filter {
            !["--server", "-s", "--cluster-init", "--cluster-reset"].contains($0.name)
                && !$0.name.contains("token") && $0.name != "-t"
                && $0.value?.contains("****") != true
        }.map { flag in flag.value.map { "\(flag.name)=\($0)" } ?? flag.name }
    }
}

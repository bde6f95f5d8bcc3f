/// `/etc/rancher/k3s/config.yaml`, as far as a flat file of scalars and lists
/// of scalars goes.
struct K3sSettings: Hashable, Sendable {
    private var values: [String: [String]] = [:]

    /// Reads `text`.
    init(_ text: String) {
        var key = ""
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("- ") {
                values[key, default: []].append(K3sSettings.plain(trimmed.dropFirst(2)))
            } else if let colon = line.firstIndex(of: ":") {
                key = String(line[..<colon])
                let value = K3sSettings.plain(line[line.index(after: colon)...])
                values[key] = value.isEmpty ? [] : [value]
            }
        }
    }

    /// The one value of `key`.
    subscript(key: String) -> String? { values[key]?.first }

    /// All values of `key`.
    func list(_ key: String) -> [String] { values[key] ?? [] }

    private static func plain(_ text: Substring) -> String {
        let inner = text.drop { $0 == " " }
        guard inner.count > 1, let quote = inner.first, quote == "\"" || quote == "'",
            inner.last == quote
        else { return String(inner) }
        return String(inner.dropFirst().dropLast())
    }
}

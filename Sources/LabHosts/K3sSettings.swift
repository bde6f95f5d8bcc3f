/// How k3s on a machine is set up: `/etc/rancher/k3s/config.yaml` and the files
/// beside it, flags and environment, as far as a flat file of scalars and lists
/// of scalars goes.
struct K3sSettings: Hashable, Sendable {
    private(set) var values: [String: [String]] = [:]

    /// Reads `text`, one configuration file.
    init(_ text: String = "") {
        var key = ""
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("- ") {
                values[key, default: []].append(K3sSettings.plain(trimmed.dropFirst(2)))
            } else if let colon = line.firstIndex(of: ":") {
                key = K3sSettings.plain(line[..<colon])
                let value = K3sSettings.plain(line[line.index(after: colon)...])
                values[key] = value.isEmpty ? [] : [value]
            }
        }
    }

    /// The machine's files; nil when there are none.
    static func onDisk(_ folder: String = "/etc/rancher/k3s") -> K3sSettings? {
        let main = Disk.text("\(folder)/config.yaml")
        let more = Disk.names("\(folder)/config.yaml.d").filter {
            $0.hasSuffix(".yaml") || $0.hasSuffix(".yml")
        }
        guard main != nil || !more.isEmpty else { return nil }
        var settings = K3sSettings(main ?? "")
        for name in more {
            settings.add(K3sSettings(Disk.text("\(folder)/config.yaml.d/\(name)") ?? ""))
        }
        return settings
    }

    /// Takes `other`'s values in place of its own; `key+` adds to them.
    mutating func add(_ other: K3sSettings) {
        for (key, value) in other.values {
            if key.hasSuffix("+") {
                values[String(key.dropLast()), default: []] += value
            } else {
                values[key] = value
            }
        }
    }

    /// Takes flags, which win over files. Returns the first one nobody knows.
    mutating func take(_ flags: [String]) -> String? {
        var given: [String: [String]] = [:]
        var rest = flags[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-") else { return word }
            let flag = String(word.drop { $0 == "-" })
            let equals = flag.firstIndex(of: "=")
            var name = equals.map { String(flag[..<$0]) } ?? flag
            name = K3sFlags.aliases[name] ?? name
            let value: String
            if let equals {
                value = String(flag[flag.index(after: equals)...])
            } else if K3sFlags.switches.contains(name) {
                value = "true"
            } else if K3sFlags.valued.contains(name), let next = rest.popFirst() {
                value = next
            } else {
                return word
            }
            guard K3sFlags.switches.contains(name) || K3sFlags.valued.contains(name) else {
                return word
            }
            given[name, default: []].append(value)
        }
        for (name, value) in given { values[name] = value }
        return nil
    }

    /// Takes what the environment says where nothing else did.
    mutating func take(environment: (String) -> String?) {
        for (variable, name) in K3sFlags.variables where values[name] == nil {
            if let value = environment(variable), !value.isEmpty { values[name] = [value] }
        }
    }

    /// The one value of `key`.
    subscript(key: String) -> String? { values[key]?.first }

    /// Whether the switch `key` is on.
    func isOn(_ key: String) -> Bool {
        ["true", "1", "t", "yes"].contains(values[key]?.last?.lowercased() ?? "")
    }

    /// All values of `key`, also those between commas.
    func list(_ key: String) -> [String] {
        (values[key] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
    }

    private static func plain(_ text: Substring) -> String {
        var inner = text.drop { $0 == " " }
        while inner.last == " " { inner = inner.dropLast() }
        guard inner.count > 1, let quote = inner.first, quote == "\"" || quote == "'",
            inner.last == quote
        else { return String(inner) }
        return String(inner.dropFirst().dropLast())
    }
}

internal import LabHosts

/// The names of the world outside, in a file like `/etc/hosts` that is read
/// again at every question: `ADDRESS NAME…`. `servfail NAME` and `silent NAME`
/// stand for answers a broken name server gives.
struct Zone: Sendable {
    /// The file.
    let path: String

    /// Lines of the file: first word and the names behind it.
    private var lines: [(word: String, names: [String])] {
        (Disk.text(path) ?? "").split(separator: "\n").compactMap { line in
            let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
            return words.count < 2 ? nil : (words[0], words.dropFirst().map { $0.lowercased() })
        }
    }

    func answer(_ name: String) -> DNSAnswer {
        let found = lines.filter { $0.names.contains(name) }.map(\.word)
        if found.contains("silent") { return .none }
        if found.contains("servfail") { return .failure }
        return found.isEmpty ? .unknown : .addresses(found)
    }

    /// The name of an address, as `4.3.2.1.in-addr.arpa` asks for it.
    func pointer(_ name: String) -> DNSAnswer {
        let address = name.split(separator: ".").prefix(4).reversed().joined(separator: ".")
        return lines.first { $0.word == address }?.names.first.map(DNSAnswer.name) ?? .unknown
    }

    /// Puts `word`, an address or a fault, in place of all that is said of
    /// `name`; nil forgets the name.
    func set(_ name: String, to word: String?) throws {
        var kept = lines.compactMap { line -> String? in
            let names = line.names.filter { $0 != name.lowercased() }
            return names.isEmpty ? nil : "\(line.word) \(names.joined(separator: " "))\n"
        }
        if let word { kept.append("\(word) \(name.lowercased())\n") }
        try Disk.write(path, kept.joined())
    }
}

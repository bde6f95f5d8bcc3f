internal import JSON

/// Facts, each with where it comes from.
struct Cited {
    let estate: Estate
    let observed: ObservedSnapshot?

    /// The fact at `path` in words, with its source.
    func declared(_ path: String) -> String { Self.declared(estate.fact(path)) }

    static func declared(_ value: JSONValue?) -> String {
        guard let value, value != Estate.unknown, value != .null else { return "unknown" }
        return "\(value.words) [d]"
    }

    /// Declared, else as the newest snapshot has it; both where they differ.
    func either(_ declared: JSONValue?, _ seen: JSONValue?) -> String {
        let stated = declared.flatMap { $0 == Estate.unknown || $0 == .null ? nil : $0 }
        switch (stated, seen) {
        case (nil, nil): return "unknown"
        case (let stated?, nil): return "\(stated.words) [d]"
        case (nil, let seen?): return "\(seen.words) [o]"
        case (let stated?, let seen?):
            return stated == seen
                ? "\(stated.words) [d] [o]" : "\(stated.words) [d], but \(seen.words) [o]"
        }
    }

    func seen(_ cluster: String, _ section: String, _ name: String, _ key: String) -> JSONValue? {
        let item = observed?.item(cluster, section, name)
        return key.isEmpty ? item : item?[key]
    }
}

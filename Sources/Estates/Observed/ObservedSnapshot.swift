public import JSON

/// An estate as it was seen at one time: for each cluster its sections.
public struct ObservedSnapshot: Hashable, Sendable {
    /// Version of the format this tool reads and writes.
    public static let format = 1
    /// The file that says what the snapshot is.
    public static let head = "snapshot.json"
    /// The file with the digest of every other one, as `sha256sum -c` reads it.
    public static let sums = "SHA256SUMS"

    /// Name of the estate.
    public let estate: String
    /// UTC, such as `2026-11-21T03:04:05Z`.
    public let taken: String
    /// Tells digests that were made with the same salt; the salt is nowhere.
    public let salt: String
    /// Cluster to section to what was seen.
    public var clusters: [String: [String: ObservedSection]]

    /// A snapshot of these clusters.
    public init(
        estate: String, taken: String, salt: String,
        clusters: [String: [String: ObservedSection]]
    ) {
        self.estate = estate
        self.taken = taken
        self.salt = salt
        self.clusters = clusters
    }

    /// Its files but for the digests: path and text, sorted by path.
    public var files: [(path: String, text: String)] {
        let head: JSONValue = [
            "snapshot": .int(Self.format), "estate": .string(estate), "taken": .string(taken),
            "salt": .string(salt),
        ]
        var files = [(Self.head, head.text + "\n")]
        for (cluster, sections) in clusters {
            for (name, section) in sections {
                files.append(("clusters/\(cluster)/\(name).jsonl", section.text))
            }
        }
        return files.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    }

    /// Reads what `files` wrote; nil when it is none.
    public init?(files: [String: String]) {
        guard let text = files[Self.head], let head = try? JSONValue(parsing: Array(text.utf8)),
            head["snapshot"] == .int(Self.format), let estate = head["estate"]?.string,
            let taken = head["taken"]?.string, let salt = head["salt"]?.string
        else { return nil }
        var clusters: [String: [String: ObservedSection]] = [:]
        for (path, text) in files where path != Self.head && path != Self.sums {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count == 3, parts[0] == "clusters", parts[2].hasSuffix(".jsonl"),
                let section = ObservedSection(text)
            else { return nil }
            clusters[parts[1], default: [:]][String(parts[2].dropLast(6))] = section
        }
        self.init(estate: estate, taken: taken, salt: salt, clusters: clusters)
    }

    /// What was seen of `name` in `section` of `cluster`; nil where nothing is known.
    public func item(_ cluster: String, _ section: String, _ name: String) -> JSONValue? {
        clusters[cluster]?[section]?.items?[name]
    }

    /// What could not be read: cluster, section and why; sorted.
    public var gaps: [(cluster: String, section: String, why: String)] {
        clusters.sorted { $0.key < $1.key }.flatMap { cluster, sections in
            sections.sorted { $0.key < $1.key }.compactMap { name, section in
                guard case .cannotTell(let why) = section else { return nil }
                return (cluster, name, why)
            }
        }
    }
}

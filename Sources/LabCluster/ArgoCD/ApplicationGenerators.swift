import JSON

/// The parameters an ApplicationSet's generators make; of all generators only
/// lists and the directories of a repository are simulated.
struct ApplicationGenerators: Sendable {
    let git: GitReadings

    static func requests(_ set: JSONValue) -> Set<GitReadings.Request> {
        Set(
            (set.at("spec", "generators")?.array ?? []).compactMap { $0["git"] }.map {
                GitReadings.Request(
                    repository: $0["repoURL"]?.string ?? "",
                    revision: $0["revision"]?.string ?? "HEAD")
            })
    }

    /// One set of parameters for each application; nil while Git was not read.
    func parameters(of set: JSONValue) throws(RenderFailure) -> [JSONValue]? {
        var all: [JSONValue] = []
        for generator in set.at("spec", "generators")?.array ?? [] {
            switch generator.object?.keys.sorted() ?? [] {
            case ["list"]: all += generator.at("list", "elements")?.array ?? []
            case ["git"]:
                guard let found = try directories(generator["git"] ?? [:]) else { return nil }
                all += found
            case let names:
                throw RenderFailure("generator \(names.joined(separator: ", ")) is not simulated")
            }
        }
        return all
    }

    private func directories(_ generator: JSONValue) throws(RenderFailure) -> [JSONValue]? {
        let repository = generator["repoURL"]?.string ?? ""
        guard let patterns = generator["directories"]?.array else {
            throw RenderFailure("a git generator without directories is not simulated")
        }
        guard let commit = git.commit(repository, generator["revision"]?.string ?? "HEAD") else {
            return nil
        }
        guard let tree = git.tree(repository, try commit.get()) else { return nil }
        func matches(_ folder: String, excluded: Bool) -> Bool {
            patterns.contains {
                ($0["exclude"]?.bool == true) == excluded
                    && Self.matches(folder, $0["path"]?.string ?? "")
            }
        }
        return try tree.get().allFolders
            .filter { matches($0, excluded: false) && !matches($0, excluded: true) }
            .map { folder in
                let parts = folder.split(separator: "/").map { JSONValue.string(String($0)) }
                let base = parts.last?.string ?? ""
                let plain = base.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }
                return [
                    "path": [
                        "path": .string(folder), "basename": .string(base),
                        "basenameNormalized": .string(String(plain)), "segments": .array(parts),
                    ]
                ]
            }
    }

    /// Whether `path` fits `pattern`, whose `*` stays within one folder.
    static func matches(_ path: String, _ pattern: String) -> Bool {
        let parts = path.split(separator: "/"), patterns = pattern.split(separator: "/")
        return parts.count == patterns.count
            && zip(parts, patterns).allSatisfy { part, pattern in
                let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
                guard pieces.count > 1, let first = pieces.first, let last = pieces.last else {
                    return part == pattern
                }
                return part.hasPrefix(first) && part.hasSuffix(last)
                    && part.count >= first.count + last.count
            }
    }
}

/// A part that is computed, and the files of the commit it is computed of.
public struct ComputedPart: Hashable, Sendable {
    /// `kustomize`, `helm`, `fleet`, …
    public let form: String
    /// The folder it stands in, or the bringer that computes it.
    public let place: String
    /// What tells the content of each file from another, by path.
    let files: [String: String]

    /// - Parameters:
    ///   - sources: files and folders each part is computed of.
    ///   - stamps: what tells the content of each file from another, by path.
    static func all(
        _ sources: [Unrendered: Set<String>], _ stamps: [String: String]
    ) -> [ComputedPart] {
        // What is said of a part may be said in several ways.
        let named = Dictionary(grouping: sources.keys) { [$0.form, $0.place] }
        return named.map { name, ways in
            let all = ways.reduce(into: Set<String>()) { $0.formUnion(sources[$1] ?? []) }
            let roots = all.filter { root in
                !all.contains { $0 != root && ManifestTree.lies(root, in: $0) }
            }
            return ComputedPart(
                form: name[0], place: name[1],
                files: stamps.filter { path, _ in
                    roots.contains { ManifestTree.lies(path, in: $0) }
                })
        }.sorted { ($0.place, $0.form) < ($1.place, $1.form) }
    }
}

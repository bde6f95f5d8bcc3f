import JSON

/// What Git wants of an application at given commits.
struct ApplicationTarget: Sendable {
    /// One commit for each source.
    let commits: [String]
    /// In a namespace and marked as the application's.
    let manifests: [JSONValue]

    /// - Parameter revisions: what is asked for instead of the sources' own.
    /// - Returns: nil while Git was not read for it.
    static func of(
        _ application: JSONValue, at revisions: [String]?, _ git: GitReadings
    ) -> Result<ApplicationTarget, RenderFailure>? {
        let sources = ApplicationSource.all(of: application)
        var commits: [String] = []
        var manifests: [JSONValue] = []
        for (index, source) in sources.enumerated() {
            if let obstacle = source.obstacle { return .failure(RenderFailure(obstacle)) }
            let asked = revisions.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            guard let read = git.commit(source.repository, asked ?? source.revision) else {
                return nil
            }
            do throws(RenderFailure) {
                let commit = try read.get()
                guard let tree = git.tree(source.repository, commit) else { return nil }
                commits.append(commit)
                manifests += try Rendering(tree: tree.get(), manner: source.manner)
                    .objects(at: source.path)
            } catch { return .failure(error) }
        }
        let home = application.at("spec", "destination", "namespace")?.string
        return .success(
            ApplicationTarget(
                commits: commits,
                manifests: manifests.map { marked(Applier.placed($0, in: home), application.name) }
            ))
    }

    private static func marked(_ manifest: JSONValue, _ application: String) -> JSONValue {
        var manifest = manifest
        let mark = ArgoNames.mark(manifest, of: application)
        manifest.set("metadata", "annotations", ArgoNames.tracking, to: .string(mark))
        return manifest
    }

    /// A hook runs at its time and is not part of what is compared.
    static func isHook(_ manifest: JSONValue) -> Bool {
        ArgoNames.hooks.contains { manifest.annotations[$0] != nil }
    }

    static func wave(_ manifest: JSONValue) -> Int {
        Int(manifest.annotations[ArgoNames.wave]?.string ?? "") ?? 0
    }
}

extension World {
    /// What carries the mark of `application`, and its own, not a copied one.
    func tracked(by application: String) -> [JSONValue] {
        tables.values.flatMap(\.values).filter { object in
            guard let mark = object.annotations[ArgoNames.tracking]?.string else { return false }
            return mark == ArgoNames.mark(object, of: application)
        }.sorted { ($0.kind, $0.namespace, $0.name) < ($1.kind, $1.namespace, $1.name) }
    }
}

import JSON

/// Manifests from the files of a commit, each engine in its own manner.
///
/// Of Kustomize only `resources` is simulated. A `kustomization.yaml` that says
/// more, a chart, and whatever else would have to be computed is refused.
struct Rendering: Sendable {
    /// Which files an engine takes where there is no `kustomization.yaml`.
    enum Manner {
        /// Those right in the folder.
        case flat
        /// Those of all folders beneath it; a folder with a `kustomization.yaml`
        /// is built instead.
        case deep
    }

    let tree: ManifestTree
    let manner: Manner

    private static let kustomizations = [
        "kustomization.yaml", "kustomization.yml", "Kustomization",
    ]

    /// The objects under `path`, each with a kind and a name.
    func objects(at path: String) throws(RenderFailure) -> [JSONValue] {
        let folder = ManifestTree.normal(path)
        guard tree.hasFolder(folder) else {
            throw RenderFailure("\(path): path does not exist")
        }
        return try build(folder)
    }

    private func name(_ file: String, in folder: String) -> String {
        folder.isEmpty ? file : "\(folder)/\(file)"
    }

    private func kustomization(of folder: String) -> String? {
        Self.kustomizations.map { name($0, in: folder) }.first(where: tree.hasFile)
    }

    private func build(_ folder: String) throws(RenderFailure) -> [JSONValue] {
        if let file = kustomization(of: folder) { return try build(kustomization: file, folder) }
        for file in ["Chart.yaml", "fleet.yaml"] where tree.hasFile(name(file, in: folder)) {
            throw RenderFailure("\(name(file, in: folder)): not simulated")
        }
        var objects: [JSONValue] = []
        for file in tree.files(in: folder) where ManifestTree.isManifest(file) {
            objects += try self.objects(in: file)
        }
        guard manner == .deep else { return objects }
        for inner in tree.folders(in: folder) { objects += try build(inner) }
        return objects
    }

    private func build(
        kustomization file: String, _ folder: String
    ) throws(RenderFailure) -> [JSONValue] {
        let documents = try tree.documents(file)
        guard documents.count == 1, let members = documents[0].object else {
            throw RenderFailure("\(file): not one Kustomization")
        }
        let known: Set = ["apiVersion", "kind", "metadata", "resources"]
        if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw RenderFailure("\(file): \(other) is not simulated, only resources")
        }
        var objects: [JSONValue] = []
        for entry in members["resources"]?.array ?? [] {
            let text = entry.string ?? ""
            let path = ManifestTree.normal(text, from: folder)
            if tree.hasFile(path) {
                objects += try self.objects(in: path)
            } else if tree.hasFolder(path), path != folder, kustomization(of: path) != nil {
                objects += try build(path)
            } else {
                throw RenderFailure("\(file): accumulating resources from '\(text)': not found")
            }
        }
        return objects
    }

    private func objects(in file: String) throws(RenderFailure) -> [JSONValue] {
        let documents = try tree.documents(file).flatMap { document in
            document.kind == "List" ? document["items"]?.array ?? [] : [document]
        }
        for document in documents where document.kind.isEmpty || document.name.isEmpty {
            throw RenderFailure("\(file): a document without a kind or a name")
        }
        return documents
    }
}

internal import JSON

/// Walks what one bringer brings: folders as they are, and what is built of
/// them.
struct Gathering {
    let tree: ManifestTree
    /// Files applied as they stand, and those something is made of first.
    private(set) var plain: Set<String> = []
    private(set) var inputs: Set<String> = []
    private(set) var unrendered: [Unrendered] = []
    private var seen: Set<String> = []

    init(_ tree: ManifestTree, _ bringer: Bringer) {
        self.tree = tree
        if let why = bringer.unrendered {
            unrendered.append(why)
            guard why.form != "other repository", why.form != "helm" || !bringer.path.isEmpty
            else { return }
            visit(bringer.path, isDeep: true, isInput: true)
        } else {
            visit(bringer.path, isDeep: bringer.isDeep, isInput: false)
        }
    }

    private mutating func visit(_ folder: String, isDeep: Bool, isInput: Bool) {
        guard seen.insert("\(folder) \(isInput)").inserted else { return }
        if let file = tree.kustomization(of: folder) {
            return build(file, folder, isInput: isInput)
        }
        var isInput = isInput
        if let mark = tree.mark(of: folder) {
            unrendered.append(
                Unrendered(form: mark.form, place: folder, why: "\(mark.file) is not computed here")
            )
            isInput = true
        }
        for file in tree.files(in: folder) { take(file, isInput) }
        guard isDeep || isInput else { return }
        for inner in tree.folders(in: folder) { visit(inner, isDeep: isDeep, isInput: isInput) }
    }

    /// Keys of a kustomization that change nothing of what it lists.
    private static let harmless: Set = ["apiVersion", "kind", "metadata", "resources"]

    private mutating func build(_ file: String, _ folder: String, isInput: Bool) {
        let document = tree.files[file]?.only
        let others = (document?.object ?? [:]).keys.filter { !Self.harmless.contains($0) }.sorted()
        let isChanged = !others.isEmpty || document?.object == nil
        if isChanged {
            unrendered.append(
                Unrendered(
                    form: "kustomize", place: folder,
                    why: document?.object == nil
                        ? "\(file) is not one document" : others.joined(separator: ", ")))
        }
        let lists = isChanged ? ["resources", "bases", "components"] : ["resources"]
        for entry in lists.flatMap({ document?[$0]?.array ?? [] }).compactMap(\.string) {
            follow(entry, from: folder, isInput: isInput || isChanged)
        }
        guard isChanged else { return }
        // Patches and values are not applied by themselves.
        for file in tree.files(in: folder) { take(file, true) }
    }

    private mutating func follow(_ entry: String, from folder: String, isInput: Bool) {
        guard !entry.contains("://"), !entry.hasPrefix("git@"), !entry.contains("?ref=") else {
            unrendered.append(
                Unrendered(form: "kustomize", place: folder, why: "it fetches \(entry)"))
            return
        }
        let path = Bringer.folder(ManifestTree.join(folder, entry))
        if tree.files[path] != nil { return take(path, isInput) }
        if tree.hasFolder(path) { return visit(path, isDeep: false, isInput: isInput) }
        unrendered.append(
            Unrendered(form: "kustomize", place: folder, why: "\(entry) was not read"))
    }

    private mutating func take(_ file: String, _ isInput: Bool) {
        let name = file.split(separator: "/").last.map(String.init) ?? ""
        guard !ManifestTree.kustomizations.contains(name), name != "fleet.yaml",
            name != "Chart.yaml"
        else { return }
        if isInput { inputs.insert(file) } else { plain.insert(file) }
    }
}

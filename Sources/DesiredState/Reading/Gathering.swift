internal import JSON

/// Walks what one bringer brings: folders as they are, and what is built of
/// them.
struct Gathering {
    let tree: ManifestTree
    /// Files applied as they stand, and those something is made of first.
    private(set) var plain: Set<String> = []
    private(set) var inputs: Set<String> = []
    private(set) var unrendered: [Unrendered] = []
    /// Names of Secrets that Kustomize makes of what is not one.
    private(set) var generatedSecrets: Set<String> = []
    private var seen: Set<String> = []
    /// Whether Argo CD may be what reads the files.
    private let heedsMarks: Bool
    /// The folder each part is computed in, and what folders take from elsewhere.
    private var roots: [Unrendered: String] = [:]
    private var links: [String: Set<String>] = [:]

    /// Files and folders that kustomizations list.
    var listed: Set<String> { links.values.reduce(into: []) { $0.formUnion($1) } }

    init(_ tree: ManifestTree, _ bringer: Bringer) {
        self.tree = tree
        heedsMarks = ["Application ", Inventory.source].contains(where: bringer.name.hasPrefix)
        if let why = bringer.unrendered {
            unrendered.append(why)
            guard why.form != "other repository", why.form != "helm" || !bringer.path.isEmpty
            else { return }
            roots[why] = bringer.path
            visit(bringer.path, isDeep: true, isInput: true)
        } else {
            visit(bringer.path, isDeep: bringer.isDeep, isInput: false)
        }
    }

    /// Files and folders of which each part is computed.
    var sources: [Unrendered: Set<String>] {
        roots.mapValues { root in
            var found: Set<String> = [], waiting = [root]
            while let next = waiting.popLast() {
                guard found.insert(next).inserted else { continue }
                waiting += links.filter { ManifestTree.lies($0.key, in: next) }.flatMap(\.value)
            }
            return found
        }
    }

    private mutating func note(_ form: String, _ folder: String, _ why: String) {
        let part = Unrendered(form: form, place: folder, why: why)
        unrendered.append(part)
        roots[part] = folder
    }

    private mutating func visit(_ folder: String, isDeep: Bool, isInput: Bool) {
        guard seen.insert("\(folder) \(isInput)").inserted else { return }
        if let file = tree.kustomization(of: folder) {
            return build(file, folder, isInput: isInput)
        }
        var isInput = isInput
        if let mark = tree.mark(of: folder) {
            note(mark.form, folder, "\(mark.file) is not computed here")
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
            note(
                "kustomize", folder,
                document?.object == nil
                    ? "\(file) is not one document" : others.joined(separator: ", "))
        }
        for made in document?["secretGenerator"]?.array ?? [] {
            if let name = made["name"]?.string { generatedSecrets.insert(name) }
        }
        let lists = isChanged ? ["resources", "bases", "components"] : ["resources"]
        for entry in lists.flatMap({ document?[$0]?.array ?? [] }).compactMap(\.string) {
            follow(entry, from: folder, isInput: isInput || isChanged)
        }
        guard isChanged else { return }
        // Patches and values are not applied by themselves. A file that is named nowhere
        // is none of them, and keeps nothing alive.
        for file in tree.files(in: folder) where document.map({ Self.names(file, $0) }) ?? true {
            take(file, true)
        }
    }

    private static func names(_ file: String, _ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.hasSuffix(ManifestTree.name(of: file))
        case .array(let elements): elements.contains { names(file, $0) }
        case .object(let members): members.values.contains { names(file, $0) }
        default: false
        }
    }

    private mutating func follow(_ entry: String, from folder: String, isInput: Bool) {
        guard !entry.contains("://"), !entry.hasPrefix("git@"), !entry.contains("?ref=") else {
            return note("kustomize", folder, "it fetches \(entry)")
        }
        guard let path = ManifestTree.resolve(entry, from: folder) else {
            return note("kustomize", folder, "\(entry) leads out of the repository")
        }
        links[folder, default: []].insert(path)
        if tree.files[path] != nil { return take(path, isInput) }
        if tree.hasFolder(path) { return visit(path, isDeep: false, isInput: isInput) }
        note("kustomize", folder, "\(entry) holds no manifest of this commit")
    }

    private mutating func take(_ file: String, _ isInput: Bool) {
        let name = ManifestTree.name(of: file)
        guard !ManifestTree.kustomizations.contains(name), name != "fleet.yaml",
            name != "Chart.yaml"
        else { return }
        if heedsMarks, tree.files[file]?.isMarkedToSkip == true { return }
        if isInput { inputs.insert(file) } else { plain.insert(file) }
    }
}

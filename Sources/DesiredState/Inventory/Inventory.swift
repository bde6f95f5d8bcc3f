internal import Estates
internal import JSON
internal import YAML

/// Everything a commit wants to be there, as far as it can be known without
/// computing it. Pure: of the same files it is always the same.
public struct Inventory: Hashable, Sendable {
    /// By file and line.
    public internal(set) var objects: [DesiredObject] = []
    public private(set) var bringers: [Bringer] = []
    public private(set) var unrendered: [Unrendered] = []
    public private(set) var faults: [ManifestFault] = []
    /// Names of Secrets that Kustomize makes of what is not one.
    private(set) var generatedSecrets: Set<String> = []
    /// Bringers of which not everything is known here.
    public private(set) var computed: Set<String> = []
    /// Folders and files that something brings and nobody has read yet.
    public private(set) var unread: [String] = []
    /// Folders and files that something brings and that are not in the commit.
    public private(set) var absent: Set<String> = []

    /// What the bringer of the source's own folder is called.
    static let source = "the source"

    /// - Parameters:
    ///   - files: manifests by path.
    ///   - stamps: for every file, manifest or not, what tells its content from
    ///     another, by path: its blob.
    ///   - path: the source's own folder.
    ///   - isDeep: whether its engine takes the folders beneath by itself.
    ///   - urls: ways to write where this repository is.
    ///   - read: folders that were read whole; `absent` are not in the commit.
    public init(
        files: [String: [UInt8]], stamps: [String: String] = [:], path: String, isDeep: Bool,
        urls: [String],
        read: [String]? = nil, absent: Set<String> = []
    ) {
        let tree = ManifestTree(files)
        let urls = Set(urls.map(RepositoryName.plain))
        self.absent = absent
        self.stamps = stamps
        for (file, manifest) in tree.files.sorted(by: { $0.key < $1.key }) {
            // Nobody reads it.
            if !manifest.isMarkedToSkip { faults += manifest.faults }
            objects += Self.objects(of: file, manifest)
        }
        place()
        let own = Bringer(
            name: Self.source, file: "", line: 0, path: Bringer.folder(path), isDeep: isDeep,
            namespace: nil, isForced: false, prunes: nil, allowsEmpty: false, unrendered: nil)
        // Whoever is brought may bring others: an app of apps.
        var waiting = [own], known: Set<Bringer> = []
        while let next = waiting.popLast() {
            guard known.insert(next).inserted else { continue }
            bringers.append(next)
            let brought = bring(next, tree)
            waiting += brought.flatMap { Bringer.declared(by: $0, urls: urls) }
        }
        finish(tree, read: read.map { $0.map(Bringer.folder) })
    }

    private static func objects(of file: String, _ manifest: ManifestFile) -> [DesiredObject] {
        manifest.entries.compactMap { entry in
            ObjectName(entry.value).map {
                DesiredObject(
                    name: $0, standing: .leftOut, bringers: [], file: file, line: entry.line,
                    manifest: entry.value)
            }
        }
    }

    /// Objects of kinds without a namespace have none, whatever they say.
    private mutating func place() {
        let defined = scopes
        for index in objects.indices where Kinds.isClusterWide(objects[index].name, defined) {
            objects[index].name = objects[index].name.placed(in: "")
            clusterWide.insert(objects[index].name)
        }
    }

    private var clusterWide: Set<ObjectName> = []
    /// Objects of the same manifest that another bringer places elsewhere.
    private var copies: [Int: [ObjectName: Int]] = [:]
    private var copied: Set<Int> = []
    private var plainFiles: Set<String> = []
    private var listed: Set<String> = []
    /// What each part is computed of, and what tells a file's content from another.
    private var sources: [Unrendered: Set<String>] = [:]
    private let stamps: [String: String]

    /// Computed parts with the files they are computed of.
    public var parts: [ComputedPart] { ComputedPart.all(sources, stamps) }

    /// What `bringer` brings, newly known.
    private mutating func bring(_ bringer: Bringer, _ tree: ManifestTree) -> [DesiredObject] {
        let gathering = Gathering(tree, bringer)
        unrendered += gathering.unrendered.filter { !unrendered.contains($0) }
        if !gathering.unrendered.isEmpty { computed.insert(bringer.name) }
        plainFiles.formUnion(gathering.plain)
        listed.formUnion(gathering.listed)
        sources.merge(gathering.sources) { $0.union($1) }
        generatedSecrets.formUnion(gathering.generatedSecrets)
        var brought: [DesiredObject] = []
        for original in objects.indices {
            let isPlain = gathering.plain.contains(objects[original].file)
            guard !copied.contains(original),
                isPlain || gathering.inputs.contains(objects[original].file)
            else { continue }
            let index = settle(original, bringer)
            if !objects[index].bringers.contains(bringer.name) {
                objects[index].bringers.append(bringer.name)
            }
            if isPlain {
                objects[index].standing = .plain
            } else if objects[index].standing == .leftOut {
                objects[index].standing = .input
            }
            brought.append(objects[index])
        }
        return brought
    }

    /// Which object the manifest of the object at `index` is, as `bringer` brings
    /// it: where another one has placed it elsewhere, one of its own.
    private mutating func settle(_ index: Int, _ bringer: Bringer) -> Int {
        var object = objects[index]
        guard !clusterWide.contains(object.name) else { return index }
        let own = object.manifest.at("metadata", "namespace")?.string ?? ""
        let place = bringer.isForced || own.isEmpty ? bringer.namespace ?? "default" : own
        let name = object.name.placed(in: place)
        // The source itself has no say in it: whoever reads it may stand in it.
        if object.bringers.allSatisfy({ $0 == Self.source }) { objects[index].name = name }
        if objects[index].name == name { return index }
        if let known = copies[index]?[name] { return known }
        (object.name, object.bringers, object.standing) = (name, [], .leftOut)
        objects.append(object)
        copies[index, default: [:]][name] = objects.count - 1
        copied.insert(objects.count - 1)
        return objects.count - 1
    }

    private mutating func finish(_ tree: ManifestTree, read: [String]?) {
        objects.sort { ($0.file, $0.line, $0.name) < ($1.file, $1.line, $1.name) }
        bringers.sort { ($0.file, $0.line, $0.path) < ($1.file, $1.line, $1.path) }
        for object in objects {
            if let generated = Self.generated(object) { unrendered.append(generated) }
        }
        // A document that is no object stops the engine that meets it.
        for path in plainFiles.sorted() {
            for entry in tree.files[path]?.entries ?? [] where ObjectName(entry.value) == nil {
                faults.append(
                    ManifestFault(
                        file: path, line: entry.line, code: "DS-KIND",
                        reason: "no object: it has no apiVersion, no kind or no name"))
            }
        }
        guard let read else { return }
        let wanted = bringers.filter { $0.unrendered?.form != "other repository" }
            .filter { $0.unrendered?.form != "helm" || !$0.path.isEmpty }.map(\.path)
        unread = listed.union(wanted).filter { path in
            !absent.contains(path) && !read.contains { ManifestTree.lies(path, in: $0) }
        }.sorted()
    }

    /// Objects of which others are made.
    private static func generated(_ object: DesiredObject) -> Unrendered? {
        let form: String
        switch (object.name.group, object.name.kind) {
        case ("argoproj.io", "ApplicationSet"): form = "generator"
        case ("helm.toolkit.fluxcd.io", "HelmRelease"), ("helm.cattle.io", "HelmChart"),
            ("helm.cattle.io", "HelmChartConfig"):
            form = "helm"
        default: return nil
        }
        return Unrendered(
            form: form, place: "\(object.file):\(object.line)",
            why: "what \(object.name) makes is not known here")
    }
}

internal import Estates
internal import JSON

/// What brings a folder of the repository into the cluster: the source itself,
/// an Argo CD Application, a Flux Kustomization, a Fleet GitRepo.
public struct Bringer: Hashable, Sendable {
    /// `Application argocd/web`; the source's own folder has none.
    public let name: String
    /// Where it is declared; empty for the source itself.
    public let file: String
    public let line: Int
    /// Folder in the repository.
    public let path: String
    /// Whether folders beneath count as well.
    public let isDeep: Bool
    /// Where objects without a namespace go.
    public let namespace: String?
    /// Whether every object goes to `namespace`.
    public let isForced: Bool
    /// Whether what leaves Git is deleted; nil where nobody says.
    public let prunes: Bool?
    /// Whether it may prune when nothing is left.
    public let allowsEmpty: Bool
    /// Why what it brings is not what lies there; nil where it is.
    public let unrendered: Unrendered?
}

extension Bringer {
    /// The bringers an object declares. Only folders of the repositories
    /// `urls` are followed.
    static func declared(by object: DesiredObject, urls: Set<String>) -> [Bringer] {
        switch (object.name.group, object.name.kind) {
        case ("argoproj.io", "Application"): applications(object, urls)
        case ("kustomize.toolkit.fluxcd.io", "Kustomization"): kustomizations(object)
        case ("fleet.cattle.io", "GitRepo"): gitRepos(object, urls)
        default: []
        }
    }

    // MARK: Argo CD

    private static func applications(_ object: DesiredObject, _ urls: Set<String>) -> [Bringer] {
        guard let spec = object.manifest["spec"] else { return [] }
        let sources = spec["sources"]?.array ?? spec["source"].map { [$0] } ?? []
        let automated = spec.at("syncPolicy", "automated")
        let isOff = automated == nil || automated == .null || automated?["enabled"] == false
        return sources.map { source in
            Bringer(
                name: title(object), file: object.file, line: object.line,
                path: folder(source["path"]?.string ?? ""),
                isDeep: source.at("directory", "recurse")?.bool ?? false,
                namespace: spec.at("destination", "namespace")?.string, isForced: false,
                prunes: !isOff && automated?["prune"] == true,
                allowsEmpty: automated?["allowEmpty"] == true,
                unrendered: unrendered(source, object, urls))
        }
    }

    private static func unrendered(
        _ source: JSONValue, _ object: DesiredObject, _ urls: Set<String>
    ) -> Unrendered? {
        let url = source["repoURL"]?.string ?? ""
        let forms = [
            ("chart", "helm", "a chart of \(url)"), ("helm", "helm", "Helm values"),
            ("kustomize", "kustomize", "Kustomize options"), ("plugin", "plugin", "a plugin"),
        ]
        for (key, form, why) in forms where source[key] != nil && source[key] != .null {
            return Unrendered(form: form, place: title(object), why: why)
        }
        if source.at("directory", "jsonnet") != nil {
            return Unrendered(form: "jsonnet", place: title(object), why: "Jsonnet options")
        }
        if source.at("directory", "include") != nil || source.at("directory", "exclude") != nil {
            return Unrendered(form: "directory", place: title(object), why: "a choice of files")
        }
        return other(url, object, urls)
    }

    /// What lies in another repository is not here to be read.
    private static func other(
        _ url: String, _ object: DesiredObject, _ urls: Set<String>
    ) -> Unrendered? {
        guard !urls.contains(RepositoryName.plain(url)) else { return nil }
        return Unrendered(form: "other repository", place: title(object), why: url)
    }

    // MARK: Flux

    private static func kustomizations(_ object: DesiredObject) -> [Bringer] {
        guard let spec = object.manifest["spec"] else { return [] }
        let changing = [
            "patches", "patchesStrategicMerge", "patchesJson6902", "images", "postBuild",
            "components", "namePrefix", "nameSuffix", "commonMetadata",
        ].filter { spec[$0] != nil && spec[$0] != .null }
        let source = spec.at("sourceRef", "kind")?.string ?? ""
        var unrendered: Unrendered?
        if !changing.isEmpty {
            unrendered = Unrendered(
                form: "kustomize", place: title(object), why: changing.joined(separator: ", "))
        }
        if source != "GitRepository" {
            unrendered = Unrendered(
                form: "other repository", place: title(object), why: "it comes from a \(source)")
        }
        return [
            Bringer(
                name: title(object), file: object.file, line: object.line,
                path: folder(spec["path"]?.string ?? ""), isDeep: true,
                namespace: spec["targetNamespace"]?.string,
                isForced: spec["targetNamespace"]?.string != nil,
                prunes: spec["prune"] == true, allowsEmpty: spec["prune"] == true,
                unrendered: unrendered)
        ]
    }

    // MARK: Fleet

    private static func gitRepos(_ object: DesiredObject, _ urls: Set<String>) -> [Bringer] {
        guard let spec = object.manifest["spec"] else { return [] }
        let paths = spec["paths"]?.array?.compactMap(\.string) ?? [""]
        return paths.map { path in
            Bringer(
                name: title(object), file: object.file, line: object.line, path: folder(path),
                isDeep: true, namespace: spec["targetNamespace"]?.string,
                isForced: spec["targetNamespace"]?.string != nil,
                prunes: spec["keepResources"] != true, allowsEmpty: true,
                unrendered: other(spec["repo"]?.string ?? "", object, urls))
        }
    }

    private static func title(_ object: DesiredObject) -> String {
        let place = object.name.namespace.isEmpty ? "" : "\(object.name.namespace)/"
        return "\(object.name.kind) \(place)\(object.name.name)"
    }

    /// `./a/b/` is `a/b`; what leads out of the repository is no folder of it.
    static func folder(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}

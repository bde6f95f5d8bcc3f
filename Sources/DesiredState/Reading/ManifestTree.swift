internal import JSON

/// The manifests of a commit as far as they were read, by path: what lies in
/// which folder, and which folders are built instead of taken.
struct ManifestTree {
    let files: [String: ManifestFile]
    private let folders: [String: [String]]

    static let kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    init(_ files: [String: [UInt8]]) {
        var parsed: [String: ManifestFile] = [:]
        let charts = files.keys.filter { $0 == "Chart.yaml" || $0.hasSuffix("/Chart.yaml") }
            .map { Self.folder(of: $0) }
        for (path, bytes) in files {
            // A template is no YAML before Helm has filled it in.
            let isTemplate = charts.contains { chart in
                ["templates", "charts"].contains { path.hasPrefix(Self.join(chart, $0) + "/") }
            }
            if !isTemplate { parsed[path] = ManifestFile(path, bytes) }
        }
        self.files = parsed
        folders = Dictionary(grouping: parsed.keys.sorted(), by: Self.folder)
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : "\(folder)/\(name)"
    }

    /// Where `entry` is, seen from `folder`; nil where it leads out of the repository.
    static func resolve(_ entry: String, from folder: String) -> String? {
        var parts = folder.split(separator: "/")
        for part in entry.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(part)
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        return parts.joined(separator: "/")
    }

    /// Whether `path` is `folder` or something beneath it.
    static func lies(_ path: String, in folder: String) -> Bool {
        folder.isEmpty || path == folder || path.hasPrefix(folder + "/")
    }

    /// Files right in `folder`.
    func files(in folder: String) -> [String] { folders[folder] ?? [] }

    /// Folders beneath `folder`, the next level only, that have files somewhere.
    func folders(in folder: String) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        let names = folders.keys.filter { $0.hasPrefix(prefix) && $0 != folder && !$0.isEmpty }
            .map { prefix + $0.dropFirst(prefix.count).prefix { $0 != "/" } }
        return Set(names).sorted()
    }

    func hasFolder(_ folder: String) -> Bool {
        folders.keys.contains { $0 == folder || folder.isEmpty || $0.hasPrefix(folder + "/") }
    }

    /// The file that says how `folder` is built; nil where it is taken as it is.
    func kustomization(of folder: String) -> String? {
        Self.kustomizations.map { Self.join(folder, $0) }.first { files[$0] != nil }
    }

    /// Whether a chart or a Fleet bundle is in `folder`.
    func mark(of folder: String) -> (form: String, file: String)? {
        for (form, name) in [("helm", "Chart.yaml"), ("fleet", "fleet.yaml")] {
            let file = Self.join(folder, name)
            if files[file] != nil { return (form, file) }
        }
        return nil
    }
}

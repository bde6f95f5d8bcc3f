internal import JSON
internal import YAML

/// `/etc/rancher/k3s/registries.yaml`, and what k3s makes of it at the start
/// of its service: a `hosts.toml` for each registry, which containerd reads at
/// every pull. Editing the first does nothing until a restart; editing the
/// second acts at once and is gone with the next start.
public struct RegistryMirrors: Hashable, Sendable {
    /// A registry, `*` for all others, and its endpoints in order.
    var mirrors: [(registry: String, endpoints: [String])]

    /// Reads the text of `registries.yaml`.
    ///
    /// - Throws: `LabFailure` for text that is not YAML: k3s does not start.
    public init(_ text: String) throws(LabFailure) {
        let document: JSONValue
        do {
            document = try YAMLParser.parse(Array(text.utf8)).json
        } catch {
            throw LabFailure("/etc/rancher/k3s/registries.yaml: \(error)")
        }
        mirrors = (document["mirrors"]?.object ?? [:]).sorted { $0.key < $1.key }.map {
            ($0.key, ($0.value["endpoint"]?.array ?? []).compactMap(\.string))
        }
    }

    public static func == (left: RegistryMirrors, right: RegistryMirrors) -> Bool {
        left.mirrors.elementsEqual(right.mirrors) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for mirror in mirrors { hasher.combine(mirror.registry) }
    }

    /// What the start of k3s does on a machine whose files lie below `root`
    /// (empty inside the machine) with its data in `data`: `certs.d` is written
    /// anew from `registries.yaml`, or emptied where there is none.
    ///
    /// - Parameter fallsBack: false for `--disable-default-registry-endpoint`.
    public static func render(root: String = "", data: String, fallsBack: Bool) throws {
        let folder = "\(root)\(data)/agent/etc/containerd/certs.d"
        for name in Disk.names(folder) {
            // Only what k3s wrote: a folder made by hand stays.
            let file = "\(folder)/\(name)/hosts.toml"
            if Disk.text(file)?.hasPrefix(HostsFile.mark) == true { Disk.remove(file) }
        }
        guard let text = Disk.text("\(root)/etc/rancher/k3s/registries.yaml") else { return }
        for mirror in try RegistryMirrors(text).mirrors {
            let name = mirror.registry == "*" ? "_default" : mirror.registry
            try Disk.makeFolder("\(folder)/\(name)")
            // containerd falls back to the registry where no server is named, so
            // the last endpoint stands there when it must not.
            let isNamed = mirror.registry != "*"
            let file =
                fallsBack
                ? HostsFile(
                    server: isNamed ? "https://\(mirror.registry)" : nil,
                    endpoints: mirror.endpoints)
                : HostsFile(
                    server: mirror.endpoints.last, endpoints: mirror.endpoints.dropLast())
            try Disk.write("\(folder)/\(name)/hosts.toml", file.text)
        }
    }
}

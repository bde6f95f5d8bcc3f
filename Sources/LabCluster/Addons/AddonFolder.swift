import Digest
import JSON
import Synchronization
import YAML

/// The files of `server/manifests`, as the k3s server of one run sees them.
///
/// Read outside the cluster's lock. It remembers, as that process does, what it
/// has applied: at a new start everything is applied again.
final class AddonFolder: Sendable {
    /// One file.
    struct Addon: Hashable, Sendable {
        let name: String
        let path: String
        let checksum: String
        let objects: [JSONValue]
    }

    private struct State {
        var addons: [Addon] = []
        var applied: [String: String] = [:]
        var disabled: Set<String> = []
    }

    private let options: AddonOptions
    private let state = Mutex(State())

    init(_ options: AddonOptions) { self.options = options }

    /// The start of the server: packaged files are written anew, those of
    /// disabled components go.
    func start() throws {
        try Files.makeDirectory(options.folder)
        let disabled = options.disabled()
        for name in options.packaged {
            let path = "\(options.folder)/\(name).yaml"
            if disabled.contains(name) {
                Files.remove(path)
            } else if let text = PackagedManifests.text(name, clusterDNS: options.clusterDNS) {
                try Files.write(Array(text.utf8), to: path, mode: 0o600)
            }
        }
        state.withLock { state in
            state.disabled = disabled
            state.applied = [:]
        }
        look()
    }

    /// Everything is to be applied once more.
    func renew() { state.withLock { $0.applied = [:] } }

    /// Reads what has changed. A file with a `.skip` beside it is not looked at;
    /// one that is no YAML is left as it was.
    func look() {
        let known = state.withLock { $0.addons }
        let names = Files.names(options.folder)
        let addons = names.compactMap { file -> Addon? in
            guard file.hasSuffix(".yaml"), !names.contains("\(file).skip") else { return nil }
            let path = "\(options.folder)/\(file)"
            guard let bytes = try? Files.read(path) else { return nil }
            let checksum = SHA256.hex(bytes)
            if let same = known.first(where: { $0.path == path && $0.checksum == checksum }) {
                return same
            }
            guard let documents = try? YAMLParser.parseAll(bytes) else {
                return known.first { $0.path == path }
            }
            return Addon(
                name: String(file.dropLast(5)), path: path, checksum: checksum,
                objects: documents.map(\.json).filter { $0.key != nil })
        }
        state.withLock { $0.addons = addons }
    }

    /// Files that were not applied since the start, or changed since.
    var pending: [Addon] {
        state.withLock { state in
            state.addons.filter { state.applied[$0.name] != $0.checksum }
        }
    }

    /// Components that must not be there.
    var disabled: Set<String> { state.withLock { $0.disabled } }

    func applied(_ addon: Addon) {
        state.withLock { $0.applied[addon.name] = addon.checksum }
    }
}

import Digest
import JSON

/// Brings manifests from Git to a cluster: creates, merges what changed, leaves
/// what others wrote. Pure; it works on a world of its own, so that an object may
/// need one that comes in the same set.
struct Applier: Sendable {
    let admission: Admission
    /// A namespace that is missing is made, as Helm and Argo CD can.
    var makesNamespaces = false
    /// What kubectl wrote counts as the engine's own.
    var takesOverKubectl = false
    /// What cannot be changed is deleted and made anew.
    var recreates = false
    private(set) var world: World
    private(set) var writes: [Write] = []
    private let now: Moment

    init(_ admission: Admission, _ world: World, now: Moment) {
        self.admission = admission
        self.world = world
        self.now = now
    }

    /// Kinds others need first.
    static let first = ["Namespace", "CustomResourceDefinition"]

    /// `manifests` in the order they can be applied in.
    static func ordered(_ manifests: [JSONValue]) -> [JSONValue] {
        first.flatMap { kind in manifests.filter { $0.kind == kind } }
            + manifests.filter { !first.contains($0.kind) }
    }

    /// The manifest as it is applied: in a namespace, without what only a server
    /// writes.
    static func placed(_ manifest: JSONValue, in namespace: String?) -> JSONValue {
        var manifest = manifest
        manifest["status"] = nil
        manifest.set("metadata", "creationTimestamp", to: nil)
        if let texts = manifest["stringData"]?.object, manifest.kind == "Secret" {
            for (key, text) in texts {
                let bytes = Array((text.string ?? "").utf8)
                manifest.set("data", key, to: .string(Base64.encode(bytes)))
            }
            manifest["stringData"] = nil
        }
        let type = ResourceType.of(apiVersion: manifest["apiVersion"]?.string, kind: manifest.kind)
        if type?.isNamespaced == false {
            manifest.set("metadata", "namespace", to: nil)
        } else if let namespace, manifest.namespace.isEmpty, !namespace.isEmpty {
            manifest.set("metadata", "namespace", to: .string(namespace))
        }
        return manifest
    }

    /// What `manifest` makes of the object that lives; the object itself if it
    /// is already so.
    ///
    /// - Parameter formers: what was applied before.
    func merged(
        _ manifest: JSONValue, formers: [JSONValue], over live: JSONValue
    ) throws -> JSONValue {
        let type = try type(of: manifest)
        var base = takesOverKubectl ? FieldManagers.removing("kubectl", from: live) : live
        for former in formers {
            base = Removal.apply(former, manifest, to: base, isTyped: !type.isCustom)
        }
        let result =
            type.isCustom
            ? MergePatch.apply(manifest, to: base) : try StrategicPatch.apply(manifest, to: base)
        return try admitted(result, from: live, type, managers: base)
    }

    /// What the server makes of `new`. Who wrote which field is noted where
    /// requests are taken; an engine only takes notes away.
    private func admitted(
        _ new: JSONValue, from live: JSONValue, _ type: ResourceType, managers: JSONValue
    ) throws -> JSONValue {
        var result = try admission.updated(new, from: live, type, subresource: nil)
        result.set(
            "metadata", "managedFields", to: managers.at("metadata", "managedFields"))
        return result
    }

    /// Creates or updates the object of `manifest`; says whether that changed it.
    @discardableResult
    mutating func apply(_ manifest: JSONValue, formers: [JSONValue] = []) throws -> Bool {
        let type = try type(of: manifest)
        guard let key = manifest.key, !type.isNamespaced || !key.namespace.isEmpty else {
            throw ApplyFailure(manifest, "namespace not specified")
        }
        guard let live = world[key] else {
            try prepareNamespace(of: key, for: manifest)
            put(try admission.created(manifest, type, now: now))
            return true
        }
        guard !live.isTerminating else { throw ApplyFailure(manifest, "it is being deleted") }
        do {
            let result = try merged(manifest, formers: formers, over: live)
            guard result != live else { return false }
            put(result)
        } catch let refusal as StatusError where recreates && refusal.code == 422 {
            writes.append(.remove(key))
            world.remove(key)
            put(try admission.created(manifest, type, now: now))
        }
        return true
    }

    /// Deletes the objects of `keys`, as the API would.
    mutating func delete(_ keys: [ObjectKey]) {
        for key in keys {
            guard let object = world[key] else { continue }
            for write in Deletion.writes(of: object, grace: nil, now: now) {
                switch write {
                case .put(let marked): put(marked)
                case .remove(let key):
                    writes.append(write)
                    world.remove(key)
                }
            }
        }
    }

    /// Writes `object` where `live` is, if that changes it.
    mutating func replace(_ live: JSONValue, with object: JSONValue) {
        guard object != live, let key = live.key, let type = ResourceType.of(key.resource),
            let result = try? admitted(object, from: live, type, managers: live),
            result != live
        else { return }
        put(result)
    }

    private mutating func put(_ object: JSONValue) {
        guard let key = object.key else { return }
        writes.append(.put(object))
        world.store(object, at: key, now: now)
    }

    private func type(of manifest: JSONValue) throws(ApplyFailure) -> ResourceType {
        let version = manifest["apiVersion"]?.string ?? ""
        guard let type = ResourceType.of(apiVersion: version, kind: manifest.kind),
            world.serves(type)
        else {
            throw ApplyFailure(
                manifest, "no matches for kind \"\(manifest.kind)\" in version \"\(version)\"")
        }
        return type
    }

    private mutating func prepareNamespace(
        of key: ObjectKey, for manifest: JSONValue
    ) throws {
        guard !key.namespace.isEmpty else { return }
        if let home = world.object(.namespaces, nil, key.namespace) {
            guard home.isTerminating else { return }
            throw ApplyFailure(
                manifest,
                """
                unable to create new content in namespace \(key.namespace) because it is being \
                terminated
                """)
        }
        guard makesNamespaces else {
            throw ApplyFailure(manifest, "namespaces \"\(key.namespace)\" not found")
        }
        try apply([
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": ["name": .string(key.namespace)],
        ])
    }
}

/// A manifest the API would refuse.
struct ApplyFailure: Error, CustomStringConvertible {
    let description: String

    init(_ manifest: JSONValue, _ reason: String) {
        let place = manifest.namespace.isEmpty ? "" : "\(manifest.namespace)/"
        description = "\(manifest.kind)/\(place)\(manifest.name): \(reason)"
    }
}

extension Error {
    /// What this error says, for a status.
    var words: String { (self as? StatusError)?.message ?? "\(self)" }
}

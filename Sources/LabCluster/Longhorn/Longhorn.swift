import Digest
import JSON

/// Longhorn as a whole: where it is at work, and how it is set.
struct Longhorn {
    static let namespace = "longhorn-system"

    /// Settings a new installation has.
    static let defaults: [String: String] = [
        "auto-salvage": "true",
        "default-data-path": "/var/lib/longhorn/",
        "default-replica-count": "3",
        "disable-scheduling-on-cordoned-node": "true",
        "node-down-pod-deletion-policy": "do-nothing",
        "node-drain-policy": "block-if-contains-last-replica",
        "replica-replenishment-wait-interval": "600",
        "replica-soft-anti-affinity": "false",
    ]

    private let world: World
    /// Live nodes whose manager pod is ready: only these are looked after.
    let managed: Set<String>

    /// nil where Longhorn is not installed, or none of its managers runs.
    init?(_ world: World) {
        guard let manager = world.object(.daemonSets, Self.namespace, "longhorn-manager") else {
            return nil
        }
        self.world = world
        managed = Set(
            world.all(.pods).filter {
                $0.controllerUID == manager.uid && $0.isReady && !$0.isTerminating
            }.compactMap(\.nodeName).filter(world.isLive))
        guard !managed.isEmpty else { return nil }
    }

    func setting(_ name: String) -> String {
        world.object(.longhornSettings, Self.namespace, name)?["value"]?.string
            ?? Self.defaults[name] ?? ""
    }

    /// A custom resource in Longhorn's namespace.
    static func object(_ kind: String, _ name: String, _ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": "longhorn.io/v1beta2", "kind": .string(kind),
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
        ]
    }

    /// `count` hexadecimal digits that follow from `seed`.
    static func digits(_ seed: String, _ count: Int) -> String {
        String(SHA256.hex(seed).prefix(count))
    }
}

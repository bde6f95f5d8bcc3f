import JSON

/// A container that runs on a machine.
public struct PodContainer: Hashable, Sendable {
    /// 64 hex digits.
    public var id: String
    /// Its own name, its pod's, and the pod's namespace.
    public var name: String, pod: String, namespace: String
    public var image: String

    public init(id: String, name: String, pod: String, namespace: String, image: String) {
        self.id = id
        self.name = name
        self.pod = pod
        self.namespace = namespace
        self.image = image
    }

    /// Reads what `json` wrote.
    init(json: JSONValue) {
        func text(_ key: String) -> String { json[key]?.string ?? "" }
        self.init(
            id: text("id"), name: text("name"), pod: text("pod"), namespace: text("namespace"),
            image: text("image"))
    }

    /// The container on its way through a socket or into a file.
    var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "pod": .string(pod),
            "namespace": .string(namespace), "image": .string(image),
        ]
    }

    /// The command line of the process that holds it.
    var shim: String {
        "/var/lib/rancher/k3s/data/current/bin/containerd-shim-runc-v2 -namespace k8s.io -id \(id) "
            + "-address /run/k3s/containerd/containerd.sock"
    }
}

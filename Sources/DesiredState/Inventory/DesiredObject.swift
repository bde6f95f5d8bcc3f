public import JSON

/// One object of a manifest, and what becomes of it.
public struct DesiredObject: Hashable, Sendable {
    /// What GitOps makes of the manifest.
    public enum Standing: String, Hashable, Sendable {
        /// It is applied as it stands.
        case plain
        /// Kustomize, Helm or Fleet makes something else of it first.
        case input
        /// It lies there, and nothing that was read brings it.
        case leftOut = "left-out"
    }

    /// With the namespace it comes to lie in.
    public internal(set) var name: ObjectName
    public internal(set) var standing: Standing
    /// Who brings it: `Application argocd/web`, or the source itself.
    public internal(set) var bringers: [String]
    public let file: String
    public let line: Int
    /// The manifest. Of a Secret it is never shown.
    public let manifest: JSONValue

    /// For a machine: where it stands, never what is in it.
    public var json: JSONValue {
        [
            "group": .string(name.group), "object": .string(name.kind),
            "namespace": .string(name.namespace), "name": .string(name.name),
            "standing": .string(standing.rawValue), "file": .string(file), "line": .int(line),
            "bringers": .array(bringers.map(JSONValue.string)),
        ]
    }
}

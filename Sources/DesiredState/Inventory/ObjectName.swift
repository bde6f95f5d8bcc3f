public import JSON

/// Which object: group, kind, namespace and name, whatever its version.
public struct ObjectName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let group: String
    public let kind: String
    /// Empty where the kind has none.
    public let namespace: String
    public let name: String

    /// The object of that name.
    public init(group: String, kind: String, namespace: String, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// What an object calls itself; nil where it has no kind or no name.
    public init?(_ object: JSONValue) {
        guard let version = object["apiVersion"]?.string, let kind = object["kind"]?.string,
            let name = object.at("metadata", "name")?.string, !kind.isEmpty, !name.isEmpty
        else { return nil }
        self.init(
            group: Self.group(of: version), kind: kind,
            namespace: object.at("metadata", "namespace")?.string ?? "", name: name)
    }

    /// The group of an `apiVersion`.
    static func group(of version: String) -> String {
        version.contains("/") ? String(version.prefix { $0 != "/" }) : ""
    }

    /// The same in another namespace; without one for kinds that have none.
    func placed(in namespace: String) -> ObjectName {
        ObjectName(group: group, kind: kind, namespace: namespace, name: name)
    }

    /// `Kind.group namespace/name`.
    public var description: String {
        "\(kind)\(group.isEmpty ? "" : ".\(group)") "
            + (namespace.isEmpty ? name : "\(namespace)/\(name)")
    }

    /// By namespace, then by kind and name.
    public static func < (left: ObjectName, right: ObjectName) -> Bool {
        (left.namespace, left.kind, left.name, left.group)
            < (right.namespace, right.kind, right.name, right.group)
    }
}

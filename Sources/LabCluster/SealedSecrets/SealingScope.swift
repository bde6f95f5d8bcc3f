import JSON

/// Where a sealed value may be opened. It is written into the value itself, as
/// the label of its encryption.
public enum SealingScope: String, Sendable, CaseIterable {
    /// Only under its own name in its own namespace.
    case strict
    /// Under any name of its namespace.
    case namespaceWide = "namespace-wide"
    /// Anywhere in the cluster.
    case clusterWide = "cluster-wide"

    /// The annotation on a SealedSecret that says so.
    var annotation: String? {
        self == .strict ? nil : "sealedsecrets.bitnami.com/\(rawValue)"
    }

    /// The scope a SealedSecret's own annotations give it.
    init(of object: JSONValue) {
        let wide = [SealingScope.clusterWide, .namespaceWide]
        self =
            wide.first {
                $0.annotation.flatMap { object.annotations[$0]?.string } == "true"
            } ?? .strict
    }

    func label(name: String, namespace: String) -> String {
        switch self {
        case .strict: "\(namespace)/\(name)"
        case .namespaceWide: namespace
        case .clusterWide: ""
        }
    }
}

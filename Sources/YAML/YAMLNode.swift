/// A node of a YAML document, which knows where it stood.
///
/// Text stays text: what a plain scalar *means* is for its reader to say, who
/// knows the type wanted. `json` is the one reading shared by all.
public indirect enum YAMLNode: Hashable, Sendable {
    case scalar(Scalar)
    case sequence([YAMLNode], Mark)
    case mapping(Mapping, Mark)

    /// Where the node begins.
    public var mark: Mark {
        switch self {
        case .scalar(let scalar): scalar.mark
        case .sequence(_, let mark), .mapping(_, let mark): mark
        }
    }

    /// The scalar, or nil for another kind of node.
    public var scalar: Scalar? {
        guard case .scalar(let scalar) = self else { return nil }
        return scalar
    }

    /// The elements, or nil for another kind of node.
    public var sequence: [YAMLNode]? {
        guard case .sequence(let elements, _) = self else { return nil }
        return elements
    }

    /// The mapping, or nil for another kind of node.
    public var mapping: Mapping? {
        guard case .mapping(let mapping, _) = self else { return nil }
        return mapping
    }

    /// The value under `key`, or nil when there is none or this is no mapping.
    public subscript(key: String) -> YAMLNode? { mapping?[key] }

    /// What an error message calls this kind of node.
    public var kindName: String {
        switch self {
        case .scalar: "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

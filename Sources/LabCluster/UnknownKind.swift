public import JSON

/// An object of a kind the cluster does not serve, or without a name.
public struct UnknownKind: Error, CustomStringConvertible {
    public let object: JSONValue

    public var description: String {
        """
        not a kind the lab serves, or no name: \(object["apiVersion"]?.string ?? "-") \
        \(object.kind) \(object.name)
        """
    }
}

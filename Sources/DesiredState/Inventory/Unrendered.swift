public import JSON

/// A part of the desired state that is computed, and that this tool does not
/// compute: what comes of it is not known here.
public struct Unrendered: Hashable, Sendable {
    /// `kustomize`, `helm`, `fleet`, `generator`, `other repository`, `plugin`.
    public let form: String
    /// The folder or file it stands in.
    public let place: String
    public let why: String

    /// For a machine.
    public var json: JSONValue {
        ["form": .string(form), "place": .string(place), "why": .string(why)]
    }
}

/// Something the lab could not do, in one sentence.
public struct LabFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

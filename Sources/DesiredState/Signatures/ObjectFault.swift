/// Why an object is not one to be trusted, in words that follow "it is
/// malformed:".
public struct ObjectFault: Error, Hashable, Sendable {
    public let reason: String

    init(_ reason: String) { self.reason = reason }
}

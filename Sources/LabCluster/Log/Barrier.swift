/// Holds one request at a chosen point, so that a test can kill the client
/// exactly there.
public struct Barrier: Hashable, Sendable {
    /// Where the request is held.
    public enum Mode: Hashable, Sendable {
        /// Before it is applied, until released. Never applied if the client
        /// goes first.
        case beforeApply
        /// Applied; the answer is withheld until released.
        case afterApply
        /// Applied after this time, even if the client is gone by then.
        case applyLate(Duration)
    }

    /// The how-manyth matching request is held, from 1.
    public var ordinal: Int
    /// HTTP method; nil matches every mutating one.
    public var verb: String?
    /// Beginning of the path, without query.
    public var pathPrefix: String
    public var mode: Mode

    public init(ordinal: Int = 1, verb: String? = nil, pathPrefix: String = "/", mode: Mode) {
        self.ordinal = ordinal
        self.verb = verb
        self.pathPrefix = pathPrefix
        self.mode = mode
    }
}

/// The datastore does not answer: what a store throws, and what the API then
/// tells.
public struct DatastoreOutage: Error, Hashable, Sendable {
    /// The words of the datastore's client.
    public let message: String

    public init(
        _ message: String =
            "rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout"
    ) {
        self.message = message
    }

    /// A real server answers so behind its own limit, without a reason.
    var status: StatusError { StatusError(code: 500, reason: "", message: message) }
}

extension Store {
    /// What keeps the world from being told now; nil when nothing does.
    mutating func outage(now: Moment) -> DatastoreOutage? {
        do {
            try verify(now: now)
            return nil
        } catch { return DatastoreOutage("\(error)") }
    }
}

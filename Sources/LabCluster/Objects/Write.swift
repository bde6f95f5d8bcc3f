import JSON

/// One change of the world a controller or a request asks for.
enum Write: Hashable, Sendable {
    /// Creates the object or replaces it; without effect if it is the same.
    case put(JSONValue)
    case remove(ObjectKey)

    /// The object it is about; nil for one of a kind that is not served.
    var key: ObjectKey? {
        switch self {
        case .put(let object): object.key
        case .remove(let key): key
        }
    }
}

/// A decision about the whole world, taken over and over: what must be written
/// now. Pure, so that a test needs no clock and no thread.
protocol Controller: Sendable {
    func reconcile(_ world: World, now: Moment) -> [Write]
}

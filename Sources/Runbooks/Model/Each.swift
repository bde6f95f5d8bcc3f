/// A step repeated for each element of a captured list.
public struct Each: Hashable, Sendable {
    /// The name of the element inside the step.
    public let name: String
    public let list: FactPath
    /// The name of an element to leave out.
    public let except: Template?
    /// The order of the elements; nil: as they were captured.
    public let order: Order?
    /// How many elements may be worked on at the same time.
    public let atOnce: Int
    /// Steps of one block are made together: all for the first element, then
    /// all for the second. Only in a bound plan.
    public let block: String?

    /// Which elements come first.
    public enum Order: Hashable, Sendable {
        /// Pointers, inside an element, to those it comes after, or before: at
        /// each a name or a list of names.
        case after([String]), before([String])
    }

    public init(
        name: String, list: FactPath, except: Template? = nil, order: Order? = nil,
        atOnce: Int = 1, block: String? = nil
    ) {
        self.name = name
        self.list = list
        self.except = except
        self.order = order
        self.atOnce = atOnce
        self.block = block
    }
}

/// Steps that may be worked on at the same time. Only in a bound plan.
public struct Group: Hashable, Sendable {
    /// The id they were made from.
    public let name: String
    public let atOnce: Int

    public init(name: String, atOnce: Int) {
        self.name = name
        self.atOnce = atOnce
    }
}

/// How often a failed attempt is tried again by itself.
public struct Retry: Hashable, Sendable {
    /// Attempts in all, the first included.
    public let attempts: Int
    /// Between the end of one and the beginning of the next.
    public let pause: Duration

    public init(attempts: Int, pause: Duration) {
        self.attempts = attempts
        self.pause = pause
    }
}

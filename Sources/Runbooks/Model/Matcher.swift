public import JSON
public import Patterns

/// Where a text matcher looks.
public enum Stream: String, Hashable, Sendable, CaseIterable {
    case stdout, stderr, log
}

/// What a matcher compares with.
public enum Operand: Hashable, Sendable {
    /// A value that stands in the runbook; its strings are templates.
    case value(JSONValue)
    /// A value known by name when the question is asked.
    case reference(FactPath)
}

/// A condition on one output stream, taken as text without its final newline.
public enum TextMatcher: Hashable, Sendable {
    case equals(Template), contains(Template), starts(Template), ends(Template)
    case matches(Pattern)
    case empty(Bool)
    /// So many lines contain the text.
    case lines(containing: Template, count: Int)
    case sameAs(FactPath), differsFrom(FactPath)
}

/// A condition on standard output read as JSON, at one place in it.
public struct JSONMatcher: Hashable, Sendable {
    /// Where the value is; the empty pointer is the whole document.
    public let at: String
    public let condition: Condition

    /// What the value must be.
    public indirect enum Condition: Hashable, Sendable {
        case equals(Operand)
        case anyOf([JSONValue])
        /// Every element meets it, and there is at least one.
        case every(Element)
        /// At least one element meets it.
        case some(Element)
        /// It is a list, perhaps empty, and no element meets it.
        case none(Element)
        case count(Int)
        /// As many elements as the list known by this name.
        case countOf(FactPath)
        /// The object holds all these members, the list all these elements.
        case includes(Operand)
        case sameAs(FactPath), differsFrom(FactPath)
        /// The value is there, or is not there.
        case present(Bool)
    }

    /// A condition on one element of a list.
    public enum Element: Hashable, Sendable {
        /// The element holds all these members.
        case members(JSONValue)
        /// Values at places in the element; all of them.
        case at([JSONMatcher])
    }

    public init(at: String, condition: Condition) {
        self.at = at
        self.condition = condition
    }
}

/// What an answer must look like.
public struct Expectation: Hashable, Sendable {
    /// The exit code that means the question was answered.
    public var exit: Int32 = 0
    /// Exit codes that mean *fails*.
    public var failsOn: [Int32] = []
    public var texts: [Pair] = []
    public var json: [JSONMatcher] = []
    /// HTTP status codes that mean the question was answered as wanted.
    public var status: [Int] = [200]
    public var headers: [Header] = []
    /// The server's certificate must be good for so long.
    public var validFor: Duration?

    /// A matcher on one header; the name in lower case.
    public struct Header: Hashable, Sendable {
        public let name: String
        public let matcher: TextMatcher

        public init(name: String, matcher: TextMatcher) {
            self.name = name
            self.matcher = matcher
        }
    }

    /// A text matcher and where it looks.
    public struct Pair: Hashable, Sendable {
        public let stream: Stream
        public let matcher: TextMatcher

        public init(stream: Stream, matcher: TextMatcher) {
            self.stream = stream
            self.matcher = matcher
        }
    }

    public init() {}
}

/// What a check says.
public enum Answer: String, Hashable, Sendable, CaseIterable {
    case holds, fails
    case cannotTell = "cannot-tell"

    /// One fails → fails; else one cannot tell → cannot tell.
    public static func all(_ answers: [Answer]) -> Answer {
        answers.contains(.fails) ? .fails : answers.contains(.cannotTell) ? .cannotTell : .holds
    }

    /// One holds → holds; else one cannot tell → cannot tell.
    public static func any(_ answers: [Answer]) -> Answer {
        answers.contains(.holds) ? .holds : answers.contains(.cannotTell) ? .cannotTell : .fails
    }

    /// *cannot tell* stays.
    public static prefix func ! (answer: Answer) -> Answer {
        switch answer {
        case .holds: .fails
        case .fails: .holds
        case .cannotTell: .cannotTell
        }
    }
}

/// An answer and the reason for it, in words for a person.
public struct Finding: Hashable, Sendable {
    public let answer: Answer
    public let why: String

    public init(_ answer: Answer, _ why: String) {
        self.answer = answer
        self.why = why
    }
}

import Testing

@testable import RecoveryEngine

/// Kleene's rules: what is not known stays not known.
@Suite struct `Answers` {
    private let letters: [Character: Answer] = ["h": .holds, "f": .fails, "c": .cannotTell]

    /// Left, right, all of both, any of both.
    private let table = ["hhhh", "hffh", "hcch", "fhfh", "ffff", "fcfc", "chch", "cffc", "cccc"]

    @Test func `combine as the table says`() {
        for row in table {
            let answers = row.compactMap { letters[$0] }
            #expect(Answer.all([answers[0], answers[1]]) == answers[2], "all of \(row)")
            #expect(Answer.any([answers[0], answers[1]]) == answers[3], "any of \(row)")
        }
        #expect(Set(table.map { $0.prefix(2) }).count == 9)
    }

    @Test func `are turned round, and *cannot tell* stays`() {
        #expect([Answer.holds, .fails, .cannotTell].map { !$0 } == [.fails, .holds, .cannotTell])
    }

    @Test func `obey De Morgan`() {
        for left in Answer.allCases {
            for right in Answer.allCases {
                #expect(!Answer.all([left, right]) == .any([!left, !right]))
            }
        }
    }
}

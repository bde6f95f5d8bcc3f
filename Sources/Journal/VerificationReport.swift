/// What a verification found.
public struct VerificationReport: Hashable, Sendable {
    /// Something that is not as it was written.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// `JR-CHAIN`, `JR-CANON`, `JR-VIEW`, `JR-SCHEMA`, `JR-FORMAT`,
        /// `JR-VERSION`, `JR-ROLLBACK`, `JR-PERM`, `JR-LINK`, `JR-FS`,
        /// `JR-OUTPUT`, `JR-NONE` or `JR-READ`.
        public let code: String
        /// The entry concerned, or nil when it is the journal as a whole.
        public let sequence: Int?
        /// A sentence.
        public let reason: String

        /// `JR-CHAIN at entry 7: …`.
        public var description: String {
            "\(code)\(sequence.map { " at entry \($0)" } ?? ""): \(reason)"
        }
    }

    /// The journal's id; nil if there is no readable first entry.
    public internal(set) var journal: String?
    /// How many entries were read.
    public internal(set) var entries = 0
    /// The last entry.
    public internal(set) var head: JournalHead?
    /// Whether a head known from outside vouched for the journal's end. If
    /// not, a journal that was set back to an earlier state looks intact.
    public internal(set) var headWasKnown = false
    /// The first findings, in the order of the journal.
    public private(set) var findings: [Finding] = []
    /// How many findings there were in all.
    public private(set) var findingCount = 0

    /// Most findings that are kept.
    public static let findingLimit = 100

    /// Whether nothing was found.
    public var isIntact: Bool { findingCount == 0 }

    init() {}

    mutating func add(_ code: String, _ sequence: Int? = nil, _ reason: String) {
        findingCount += 1
        guard findings.count < Self.findingLimit else { return }
        findings.append(Finding(code: code, sequence: sequence, reason: reason))
    }

    mutating func add(_ error: JournalError) {
        if case .damaged(let code, let sequence, let reason) = error {
            add(code, sequence, reason)
        } else {
            add(error.code, nil, "\(error)")
        }
    }
}

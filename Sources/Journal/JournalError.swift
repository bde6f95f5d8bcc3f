/// Why the journal cannot do what was asked.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Somebody else writes this journal; nil when their name is not readable.
    case busy(LockOwner?)
    /// The journal is not what was written: `JR-CHAIN`, `JR-CANON`, `JR-SCHEMA`,
    /// `JR-FORMAT`, `JR-VERSION`, `JR-ROLLBACK`.
    case damaged(code: String, sequence: Int?, reason: String)
    /// The place is not safe for a journal: `JR-PERM`, `JR-LINK`, `JR-FS`.
    case misplaced(code: String, path: String, reason: String)
    /// There is no journal here.
    case missing(path: String)
    /// The disk is full; nothing of what was given is recorded. The ballast has
    /// been given up, so that one more short entry should fit.
    case full(path: String)
    /// The commit failed in a way that leaves open whether it happened. Only a
    /// new start, reading what is there, can tell.
    case commitUnknown(reason: String)
    /// The journal cannot be written; nothing is recorded.
    case notWritable(path: String, reason: String)
    /// The journal cannot be read.
    case notReadable(path: String, reason: String)

    /// The exit code of a program that ends because of this.
    public var exitCode: Int32 {
        switch self {
        case .damaged: 7
        case .busy: 8
        case .missing: 3
        case .misplaced, .full, .commitUnknown, .notWritable, .notReadable: 9
        }
    }

    /// A stable code such as `JR-CHAIN`.
    public var code: String {
        switch self {
        case .busy: "JR-BUSY"
        case .damaged(let code, _, _), .misplaced(let code, _, _): code
        case .missing: "JR-NONE"
        case .full: "JR-FULL"
        case .commitUnknown: "JR-COMMIT"
        case .notWritable: "JR-WRITE"
        case .notReadable: "JR-READ"
        }
    }

    /// Code and reason in one sentence.
    public var description: String {
        switch self {
        case .busy(let owner?): "\(code): another recover writes this journal: \(owner)"
        case .busy(nil): "\(code): another recover writes this journal"
        case .damaged(_, let sequence?, let reason): "\(code) at entry \(sequence): \(reason)"
        case .damaged(_, nil, let reason): "\(code): \(reason)"
        case .misplaced(_, let path, let reason): "\(code): \(path) \(reason)"
        case .missing(let path): "\(code): there is no journal at \(path)"
        case .full(let path): "\(code): the disk that holds \(path) is full"
        case .commitUnknown(let reason):
            "\(code): it is unknown whether the last entry was recorded (\(reason)); start again "
                + "to find out"
        case .notWritable(let path, let reason): "\(code): \(path) cannot be written: \(reason)"
        case .notReadable(let path, let reason): "\(code): \(path) cannot be read: \(reason)"
        }
    }
}

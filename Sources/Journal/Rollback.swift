internal import Digest

/// Whether a journal still holds what is known to have been in it.
enum Rollback {
    /// What speaks against a journal that ends at entry `end` and has `line`
    /// where `known` was the head; nil if it goes on from there.
    static func objection(line: [UInt8]?, known: JournalHead, end: Int) -> String? {
        guard let line else {
            return "the journal ends at entry \(end) and is known to have had entry "
                + "\(known.sequence): it was set back"
        }
        guard SHA256.hex(line) == known.digest else {
            return "entry \(known.sequence) is not the one known from outside: the journal was "
                + "rewritten or is another one"
        }
        return nil
    }
}

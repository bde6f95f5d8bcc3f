/// Why a text is not what it should be, as the end of a sentence.
struct Objection: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

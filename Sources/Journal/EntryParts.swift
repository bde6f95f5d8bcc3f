internal import Digest
import JSON

/// The parts of a line, found in one pass that also checks the line's form.
///
/// For lines as they are written. Of any other it says nothing but that it is
/// none: `EntryLine.examine` has the last word, and says why.
struct EntryParts<Content> {
    typealias Text = CanonicalReader.Text
    let boot: Text
    let by: Content
    let data: Content
    let journal: Text
    let kind: Text
    let microseconds: Int
    let previous: Text
    let run: Text
    let sequence: Int
    let wall: Int

    /// Each field stands in one place; `read` takes what `by` and `data` hold,
    /// which stand one level deep.
    init?(_ line: UnsafeRawBufferPointer, read: (inout CanonicalReader) -> Content?) {
        var reader = CanonicalReader(line)
        func text(_ name: StaticString) -> Text? { reader.take(name) ? reader.string() : nil }
        func number(_ name: StaticString) -> Int? { reader.take(name) ? reader.integer() : nil }
        func content(_ name: StaticString) -> Content? { reader.take(name) ? read(&reader) : nil }
        guard let boot = text("{\"boot\":"), let by = content(",\"by\":"),
            let data = content(",\"data\":"), let journal = text(",\"journal\":"),
            let kind = text(",\"kind\":"), let microseconds = number(",\"mono\":"),
            let previous = text(",\"prev\":"), let run = text(",\"run\":"),
            let sequence = number(",\"seq\":"), reader.take(",\"v\":1,\"wall\":"),
            let wall = reader.integer(), reader.take("}"), reader.isAtEnd
        else { return nil }
        self.boot = boot
        self.by = by
        self.data = data
        self.journal = journal
        self.kind = kind
        self.microseconds = microseconds
        self.previous = previous
        self.run = run
        self.sequence = sequence
        self.wall = wall
    }
}

extension EntryParts where Content == Void {
    /// The parts of `line`, its values only gone past.
    init?(checking line: UnsafeRawBufferPointer) {
        self.init(line) { $0.skip(depth: 1) ? () : nil }
    }
}

extension EntryParts where Content == JSONValue {
    /// The entry in `line`, whose values are read; nil if this is none.
    static func entry(in line: [UInt8]) -> JournalEntry? {
        line.withUnsafeBytes { bytes in
            EntryParts(bytes) { $0.value(depth: 1) }?.entry(line)
        }
    }

    private func entry(_ line: [UInt8]) -> JournalEntry {
        JournalEntry(
            sequence: sequence, journal: journal.string, previous: previous.string,
            run: run.string, kind: kind.string, wall: wall, boot: boot.string,
            // Within 2⁵³, so there is room for a thousand times as much.
            monotonic: microseconds * 1000, by: by, data: data, line: line,
            digest: SHA256.hex(line))
    }
}

internal import Digest
import JSON

/// The text form of an entry: one line of canonical JSON.
///
/// Numbers in JSON are exact up to 2⁵³. Nanoseconds since boot pass that after
/// 104 days of uptime, so `mono` counts microseconds.
enum EntryLine {
    /// Version of the line's form.
    static let version = 1
    /// `prev` of the first line.
    static let noPrevious = String(repeating: "0", count: 64)

    /// The line of `draft` behind `previous`, complete with its digest.
    static func encode(
        _ draft: Draft, journal: String, after previous: JournalHead?, at time: Timestamps,
        by writer: JSONValue
    ) -> JournalEntry {
        let sequence = previous.map { $0.sequence + 1 } ?? 0
        let prev = previous?.digest ?? noPrevious
        let by = draft.by ?? writer
        let microseconds = time.monotonic / 1000
        let line: JSONValue = [
            "v": .int(version), "journal": .string(journal), "seq": .int(sequence),
            "prev": .string(prev), "run": .string(draft.run), "kind": .string(draft.kind),
            "wall": .int(time.wall), "boot": .string(time.boot), "mono": .int(microseconds),
            "by": by, "data": draft.data,
        ]
        let bytes = line.utf8
        return JournalEntry(
            sequence: sequence, journal: journal, previous: prev, run: draft.run,
            kind: draft.kind, wall: time.wall, boot: time.boot, monotonic: microseconds * 1000,
            by: by, data: draft.data, line: bytes, digest: SHA256.hex(bytes))
    }

    /// The entry in `line`, or why it is none.
    static func decode(_ line: [UInt8]) throws(Objection) -> JournalEntry {
        if let entry = EntryParts.entry(in: line) { return entry }
        return try examine(line)
    }

    /// The same step by step, for lines that are not as they should be: it does
    /// not parse, does not encode to itself, or lacks a field.
    static func examine(_ line: [UInt8]) throws(Objection) -> JournalEntry {
        let value: JSONValue
        do { value = try JSONValue(parsing: line) } catch {
            throw Objection(code: "JR-CANON", reason: "the line is \(error)")
        }
        guard value.isCanonical, value.utf8 == line else {
            throw Objection(code: "JR-CANON", reason: "the line is not in canonical form")
        }
        if let other = value["v"]?.int, other != version {
            throw Objection(
                code: "JR-VERSION", reason: "the line has version \(other), known is \(version)")
        }
        guard let entry = entry(value, line) else {
            throw Objection(code: "JR-CANON", reason: "the line lacks a field or has one too many")
        }
        return entry
    }

    /// Why a line is refused.
    struct Objection: Error {
        let code: String
        let reason: String
    }

    private static func entry(_ value: JSONValue, _ line: [UInt8]) -> JournalEntry? {
        guard value.object?.count == 11, value["v"]?.int == version,
            let sequence = value["seq"]?.int, let journal = value["journal"]?.string,
            let previous = value["prev"]?.string, let run = value["run"]?.string,
            let kind = value["kind"]?.string, let wall = value["wall"]?.int,
            let boot = value["boot"]?.string, let microseconds = value["mono"]?.int,
            let by = value["by"], let data = value["data"]
        else { return nil }
        let (monotonic, overflow) = microseconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        return JournalEntry(
            sequence: sequence, journal: journal, previous: previous, run: run, kind: kind,
            wall: wall, boot: boot, monotonic: monotonic, by: by, data: data, line: line,
            digest: SHA256.hex(line))
    }
}

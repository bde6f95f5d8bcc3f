internal import Digest
import JSON

/// The walk along a journal's lines, one at a time.
///
/// After a break it goes on from what is there, so that one change is one
/// finding and not a thousand.
struct ChainCheck {
    /// What a projection row says of an entry.
    struct Row: Hashable {
        let run: String
        let kind: String
        let wall: Int
    }

    private(set) var report: VerificationReport
    private let known: [JournalHead]

    /// A walk that expects each of `known` to come by and adds to `report`.
    init(known: [JournalHead], report: VerificationReport = VerificationReport()) {
        self.known = known
        self.report = report
        self.report.headWasKnown = !known.isEmpty
    }

    /// Looks at the next row: `sequence` and `line` as stored, and what the
    /// projection has for it.
    ///
    /// - Returns: the entry, if the line is one.
    mutating func take(sequence: Int, line: [UInt8], row: Row?) -> JournalEntry? {
        let expected = report.head.map { $0.sequence + 1 } ?? 0
        if sequence != expected {
            report.add("JR-CHAIN", expected, "entry \(expected) is missing; \(sequence) follows")
        }
        let entry: JournalEntry
        do { entry = try EntryLine.decode(line) } catch {
            report.add(error.code, sequence, error.reason)
            return pass(sequence, line, nil)
        }
        if entry.sequence != sequence {
            report.add("JR-CHAIN", sequence, "the line says it is entry \(entry.sequence)")
        }
        let before = report.head?.digest ?? EntryLine.noPrevious
        if entry.previous != before {
            let place = max(sequence - 1, 0)
            report.add(
                "JR-CHAIN", place, "the line is not the one that entry \(sequence) goes on from")
        }
        checkJournal(entry, sequence)
        if row != Row(run: entry.run, kind: entry.kind, wall: entry.wall) {
            report.add(
                "JR-VIEW", sequence,
                row == nil
                    ? "the projection lacks the entry" : "the projection says something else")
        }
        return pass(sequence, line, entry)
    }

    /// The report, after the last row.
    mutating func finish() -> VerificationReport {
        if report.entries == 0 { report.add("JR-CHAIN", 0, "the first entry is missing") }
        let end = report.head?.sequence ?? -1
        for head in known where head.sequence > end {
            report.add(
                "JR-ROLLBACK", head.sequence,
                Rollback.objection(line: nil, known: head, end: end) ?? "")
        }
        return report
    }

    /// Adds what was found outside the walk.
    mutating func add(_ code: String, _ sequence: Int? = nil, _ reason: String) {
        report.add(code, sequence, reason)
    }

    private mutating func checkJournal(_ entry: JournalEntry, _ sequence: Int) {
        if sequence == 0 {
            report.journal = entry.journal
            let says = entry.data["journal"]?.string
            if entry.kind != "genesis" || says != entry.journal {
                report.add("JR-CHAIN", 0, "the first entry is no genesis of this journal")
            }
        } else if entry.journal != report.journal {
            report.add("JR-CHAIN", sequence, "the entry belongs to another journal")
        }
    }

    private mutating func pass(
        _ sequence: Int, _ line: [UInt8], _ entry: JournalEntry?
    ) -> JournalEntry? {
        let head = JournalHead(sequence: sequence, digest: entry?.digest ?? SHA256.hex(line))
        report.head = head
        report.entries += 1
        for other in known where other.sequence == sequence && other.digest != head.digest {
            report.add(
                "JR-ROLLBACK", sequence,
                Rollback.objection(line: line, known: other, end: sequence) ?? "")
        }
        return entry
    }
}

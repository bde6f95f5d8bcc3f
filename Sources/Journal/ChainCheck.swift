internal import Digest
import JSON

/// The walk along a journal's lines, one at a time.
///
/// A line that is as it should be is gone past without making anything of it.
/// Any other is looked at again, step by step. After a break the walk goes on
/// from what is there, so that one change is one finding and not a thousand.
struct ChainCheck {
    /// What a projection row says of an entry.
    struct Row {
        let run: UnsafeRawBufferPointer
        let kind: UnsafeRawBufferPointer
        let wall: Int
    }

    private var report: VerificationReport
    private let known: [JournalHead]
    private let digester = Digester()
    /// Where the walk stands; -1 before the first line.
    private var end = -1
    /// Digest of the last line, in hex, when there is one.
    private var digest = Array(EntryLine.noPrevious.utf8)
    /// The id in the first line.
    private var journal: [UInt8] = []

    /// A walk that expects each of `known` to come by and adds to `report`.
    init(known: [JournalHead], report: VerificationReport = VerificationReport()) {
        self.known = known
        self.report = report
        self.report.headWasKnown = !known.isEmpty
    }

    /// Looks at the next row: `sequence` and `line` as stored, and what the
    /// projection has for it.
    mutating func take(sequence: Int, line: UnsafeRawBufferPointer, row: Row?) {
        if follows(sequence, line, row) { return pass(sequence, line) }
        let line = [UInt8](line)
        look(sequence, line, row)
        line.withUnsafeBytes { pass(sequence, $0) }
        for other in known where other.sequence == sequence {
            guard let reason = Rollback.objection(line: line, known: other, end: sequence) else {
                continue
            }
            report.add("JR-ROLLBACK", sequence, reason)
        }
    }

    /// The report, after the last row.
    mutating func finish() -> VerificationReport {
        if report.entries == 0 { report.add("JR-CHAIN", 0, "the first entry is missing") }
        for head in known where head.sequence > end {
            report.add(
                "JR-ROLLBACK", head.sequence,
                Rollback.objection(line: nil, known: head, end: end) ?? "")
        }
        if report.entries > 0 {
            report.head = JournalHead(
                sequence: end, digest: String(decoding: digest, as: UTF8.self))
        }
        return report
    }

    /// Adds what was found outside the walk.
    mutating func add(_ code: String, _ sequence: Int? = nil, _ reason: String) {
        report.add(code, sequence, reason)
    }

    /// Whether there is nothing to say about this row, which is neither the
    /// first nor one whose digest is known from outside.
    private func follows(_ sequence: Int, _ line: UnsafeRawBufferPointer, _ row: Row?) -> Bool {
        guard let row, sequence == end + 1, sequence > 0,
            !known.contains(where: { $0.sequence == sequence }),
            let parts = EntryParts(checking: line)
        else { return false }
        return parts.sequence == sequence && parts.wall == row.wall
            && digest.withUnsafeBytes { parts.previous.isPlainly($0) }
            && journal.withUnsafeBytes { parts.journal.isPlainly($0) }
            && parts.run.isPlainly(row.run) && parts.kind.isPlainly(row.kind)
    }

    private mutating func pass(_ sequence: Int, _ line: UnsafeRawBufferPointer) {
        digester.hex(line, into: &digest)
        end = sequence
        report.entries += 1
    }

    /// Says all there is to say about a row.
    private mutating func look(_ sequence: Int, _ line: [UInt8], _ row: Row?) {
        let expected = report.entries == 0 ? 0 : end + 1
        if sequence != expected {
            report.add("JR-CHAIN", expected, "entry \(expected) is missing; \(sequence) follows")
        }
        let entry: JournalEntry
        do { entry = try EntryLine.decode(line) } catch {
            return report.add(error.code, sequence, error.reason)
        }
        if entry.sequence != sequence {
            report.add("JR-CHAIN", sequence, "the line says it is entry \(entry.sequence)")
        }
        if !entry.previous.utf8.elementsEqual(digest) {
            let place = max(sequence - 1, 0)
            report.add(
                "JR-CHAIN", place, "the line is not the one that entry \(sequence) goes on from")
        }
        checkJournal(entry, sequence)
        guard let row else {
            return report.add("JR-VIEW", sequence, "the projection lacks the entry")
        }
        if !(entry.run.utf8.elementsEqual(row.run) && entry.kind.utf8.elementsEqual(row.kind)
            && entry.wall == row.wall)
        {
            report.add("JR-VIEW", sequence, "the projection says something else")
        }
    }

    private mutating func checkJournal(_ entry: JournalEntry, _ sequence: Int) {
        if sequence == 0 {
            report.journal = entry.journal
            journal = Array(entry.journal.utf8)
            let says = entry.data["journal"]?.string
            if entry.kind != "genesis" || says != entry.journal {
                report.add("JR-CHAIN", 0, "the first entry is no genesis of this journal")
            }
        } else if entry.journal != report.journal {
            report.add("JR-CHAIN", sequence, "the entry belongs to another journal")
        }
    }
}

internal import Digest
import JSON

/// The newest known head of a journal, kept where the journal is not.
///
/// SQLite takes a lost or cut `-wal` file for a crash and goes back in silence;
/// only a head remembered elsewhere tells the difference.
struct Anchor: Hashable, Sendable {
    let journal: String
    let head: JournalHead
    /// Where the journal was.
    let directory: String

    init(journal: String, head: JournalHead, directory: String) {
        self.journal = journal
        self.head = head
        self.directory = directory
    }

    /// The file of `journal` in `place`.
    static func path(in place: String, journal: String) -> String { "\(place)/\(journal).head" }

    /// What is known of `journal` in `place`; nil if it is new there.
    static func read(in place: String, journal: String) throws(JournalError) -> Anchor? {
        let path = path(in: place, journal: journal)
        let text: [UInt8]
        do {
            guard try Files.status(path) != nil else { return nil }
            text = try Files.read(path, atMost: 1 << 16)
        } catch { throw .notReadable(path: path, reason: error.reason) }
        // A power cut may leave an empty file behind, which says as little as none.
        if text.isEmpty { return nil }
        guard let anchor = newest(in: text), anchor.journal == journal else {
            throw .damaged(
                code: "JR-ROLLBACK", sequence: nil,
                reason: "\(path) should name the newest known head and does not")
        }
        return anchor
    }

    /// The anchor in `place` of a journal that stood in `directory`.
    static func ofJournal(in directory: String, place: String) throws(JournalError) -> Anchor? {
        do {
            for name in try Files.names(in: place) where name.hasSuffix(".head") {
                guard let text = try? Files.read("\(place)/\(name)", atMost: 1 << 16),
                    let anchor = newest(in: text), anchor.directory == directory
                else { continue }
                return anchor
            }
            return nil
        } catch { throw .notReadable(path: place, reason: error.reason) }
    }

    /// The newest of the whole lines in `text`.
    static func newest(in text: [UInt8]) -> Anchor? {
        text.split(separator: 0x0A).compactMap { Anchor(line: $0) }
            .max { $0.head.sequence < $1.head.sequence }
    }

    // MARK: As a line

    /// The text of a line, without padding and end. `check` tells a line that
    /// was written half over an older one.
    var line: [UInt8] {
        var line = json
        line["check"] = .string(check)
        return line.utf8
    }

    /// The anchor in `line`, if that is whole.
    init?(line: ArraySlice<UInt8>) {
        guard let value = try? JSONValue(parsing: line),
            let journal = value["journal"]?.string, let sequence = value["sequence"]?.int,
            let digest = value["digest"]?.string, let directory = value["directory"]?.string
        else { return nil }
        self.init(
            journal: journal, head: JournalHead(sequence: sequence, digest: digest),
            directory: directory)
        guard value["check"]?.string == check else { return nil }
    }

    private var json: JSONValue {
        [
            "journal": .string(journal), "sequence": .int(head.sequence),
            "digest": .string(head.digest), "directory": .string(directory),
        ]
    }

    private var check: String { SHA256.hex(json.utf8) }
}

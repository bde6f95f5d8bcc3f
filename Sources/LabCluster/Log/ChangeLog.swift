import JSON
import Synchronization

/// The changes of a cluster in order, in memory and as lines of JSON in a file
/// that survives a restart.
final class ChangeLog: Sendable {
    private let path: String
    private let entries: Mutex<[Change]>

    /// A line that is no change: the log was cut or edited.
    struct Damaged: Error, CustomStringConvertible {
        let path: String
        let line: Int
        var description: String { "\(path):\(line): not a change" }
    }

    init(path: String) throws {
        self.path = path
        var entries: [Change] = []
        let lines = try Files.read(path)?.split(separator: 0x0A) ?? []
        for (index, line) in lines.enumerated() {
            guard let json = try? JSONValue(parsing: line), let change = Change(json) else {
                throw Damaged(path: path, line: index + 1)
            }
            entries.append(change)
        }
        self.entries = Mutex(entries)
    }

    var changes: [Change] { entries.withLock { $0 } }

    /// Appends `change` with the next sequence number.
    func append(_ change: Change) throws {
        try entries.withLock { entries in
            var change = change
            change.sequence = (entries.last?.sequence ?? 0) + 1
            try Files.append(change.json.utf8 + [0x0A], to: path)
            entries.append(change)
        }
    }
}

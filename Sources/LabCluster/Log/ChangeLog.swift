import JSON
import Synchronization

/// The changes of a cluster in order, as lines of JSON in a file: it survives a
/// restart, and nothing of it is kept in memory, however long a cluster lives.
final class ChangeLog: Sendable {
    private let path: String
    /// How many there are.
    private let count: Mutex<Int>

    /// A line that is no change: the log was cut or edited.
    struct Damaged: Error, CustomStringConvertible {
        let path: String
        let line: Int
        var description: String { "\(path):\(line): not a change" }
    }

    init(path: String) throws {
        self.path = path
        count = Mutex(try Self.read(path).last?.sequence ?? 0)
    }

    /// All of them.
    var changes: [Change] { get throws { try count.withLock { _ in try Self.read(path) } } }

    /// Appends `change` with the next sequence number.
    func append(_ change: Change) throws {
        try count.withLock { count in
            var change = change
            change.sequence = count + 1
            try Files.append(change.json.utf8 + [0x0A], to: path)
            count += 1
        }
    }

    private static func read(_ path: String) throws -> [Change] {
        let lines = try Files.read(path)?.split(separator: 0x0A) ?? []
        return try lines.enumerated().map { index, line in
            guard let json = try? JSONValue(parsing: line), let change = Change(json) else {
                throw Damaged(path: path, line: index + 1)
            }
            return change
        }
    }
}

import JSON

/// Who holds a journal's lock, for a message to people.
public struct LockOwner: Hashable, Sendable, CustomStringConvertible {
    /// Process id.
    public let pid: Int
    /// When that process started, in clock ticks since boot, as the 22nd field
    /// of `/proc/PID/stat`: tells it from a later process with the same id.
    public let processStart: Int
    /// When the lock was taken, in milliseconds since 1970.
    public let since: Int
    /// The boot it was taken on.
    public let boot: String
    /// Who took it.
    public let user: String
    /// Where.
    public let host: String

    /// `anna on web1, process 12`.
    public var description: String { "\(user) on \(host), process \(pid)" }

    /// The text of the lock file.
    var json: JSONValue {
        [
            "pid": .int(pid), "process-start": .int(processStart), "since": .int(since),
            "boot": .string(boot), "user": .string(user), "host": .string(host),
        ]
    }

    init(pid: Int, processStart: Int, since: Int, boot: String, user: String, host: String) {
        self.pid = pid
        self.processStart = processStart
        self.since = since
        self.boot = boot
        self.user = user
        self.host = host
    }

    init?(_ text: [UInt8]) {
        guard let value = try? JSONValue(parsing: text), let pid = value["pid"]?.int,
            let processStart = value["process-start"]?.int, let since = value["since"]?.int,
            let boot = value["boot"]?.string, let user = value["user"]?.string,
            let host = value["host"]?.string
        else { return nil }
        self.init(
            pid: pid, processStart: processStart, since: since, boot: boot, user: user, host: host)
    }
}

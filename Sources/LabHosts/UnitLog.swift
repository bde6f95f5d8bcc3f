internal import Glibc

/// The journal of one machine: what its units and systemd said, with the time.
///
/// One file for each unit; a line is microseconds since 1970, who spoke, and
/// what was said.
struct UnitLog: Sendable {
    /// The folder of the files, not on the machine's own disk.
    let folder: String

    /// One line that was said.
    struct Entry: Hashable, Sendable {
        var microseconds: Int
        /// `k3s[412]`.
        var speaker: String
        var text: String
    }

    private func path(_ unit: String) -> String { "\(folder)/\(unit).log" }

    /// Keeps what `speaker` said.
    func add(_ unit: String, _ speaker: String, _ text: String) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let line = "\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000) \(speaker) \(text)\n"
        do {
            try Disk.makeFolder(folder)
            try Disk.append(path(unit), line)
        } catch {
            Complaint.say("a line of \(unit) cannot be kept: \(error)")
        }
    }

    /// What is known of `units`, or of all when there are none, by time.
    func entries(_ units: [String]) -> [Entry] {
        let all = Disk.names(folder).filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }
        return (units.isEmpty ? all : units).flatMap { unit in
            (Disk.text(path(unit)) ?? "").split(separator: "\n").compactMap(Entry.init)
        }.sorted { $0.microseconds < $1.microseconds }
    }

    /// Forgets everything: another machine stands here now.
    func clear() {
        for name in Disk.names(folder) { Disk.remove("\(folder)/\(name)") }
    }
}

extension UnitLog.Entry {
    /// Reads a line of the file.
    init?(_ line: Substring) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let time = Int(parts[0]) else { return nil }
        self.init(microseconds: time, speaker: String(parts[1]), text: String(parts[2]))
    }

    /// The line as `journalctl` prints it.
    func short(host: String) -> String {
        "\(Clock.stamp(microseconds)) \(host) \(speaker): \(text)"
    }
}

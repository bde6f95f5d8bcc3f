import Glibc
import JSON
import LabHosts
import Processes
import Synchronization

/// The folder a sweep works in, and the lab processes it started; both are
/// gone when the sweep is.
///
/// Every lab in it believes to lie in `lab`: inside its own world its folder
/// is laid over that one.
final class SweepRoom: Sendable {
    private struct State {
        var parts: Set<pid_t> = []
        var isClosing = false
        var count = 0
    }

    let root: String
    private let state = Mutex(State())

    /// Makes the folder, with programs of its own: `keeper` in place of the
    /// usual one, and nobody builds new ones meanwhile.
    init(programs: String, keeper: String) throws {
        let base = Tools.environment("TMPDIR") ?? "/tmp"
        var template = Array("\(base)/recover-sweep-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template), let root = Disk.resolved(String(cString: made)) else {
            throw LabFailure("\(base): \(String(cString: strerror(errno)))")
        }
        self.root = root
        for folder in ["bin", "lab", "copies"] { try Disk.makeFolder("\(root)/\(folder)") }
        for name in ["recover", "recover-lab", "recover-reach"] {
            try SweepRoom.copy("\(programs)/\(name)", to: "\(root)/bin/\(name)")
        }
        try SweepRoom.copy(keeper, to: "\(root)/bin/recover-keeper")
    }

    /// Copies a file or folder, with all that belongs to it.
    static func copy(_ source: String, to target: String) throws {
        try run(["/bin/cp", "-a", "-L", "--", source, target])
    }

    static func copyTree(_ source: String, to target: String) throws {
        try run(["/bin/cp", "-a", "--sparse=always", "--", source, target])
    }

    static func remove(_ path: String) throws { try run(["/bin/rm", "-rf", "--", path]) }

    private static func run(_ words: [String]) throws {
        let done = try Command(words[0], Array(words.dropFirst())).capture(deadline: .seconds(120))
        guard done.ending.isSuccess else { throw LabFailure("\(words[0]): \(done.error.text)") }
    }

    /// Whether the sweep was asked to end.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    /// Ends every lab; no new one starts.
    func close() {
        state.withLock { state in
            state.isClosing = true
            for part in state.parts { kill(part, SIGKILL) }
        }
    }

    /// Removes the folder. A lab that was killed may need a moment to be gone.
    func remove() {
        for _ in 0..<20 {
            if (try? SweepRoom.remove(root)) != nil { return }
            Background.sleep(250)
        }
        Complaint.say("\(root) cannot be removed")
    }

    /// Has a lab answer one request; see `SweepPart`. Its folder is a copy of
    /// `source`, or new.
    func ask(_ request: JSONValue, from source: String?, deadline: Duration) throws -> JSONValue {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let place = "\(root)/part-\(number)"
        defer { try? SweepRoom.remove(place) }
        try Disk.makeFolder(place)
        let copy = "\(place)/lab"
        if let source {
            try SweepRoom.copyTree(source, to: copy)
        } else {
            try Disk.makeFolder(copy)
        }
        var request = request
        request["root"] = .string("\(root)/lab")
        request["copy"] = .string(copy)
        request["program"] = .string("\(root)/bin/recover")
        request["answer"] = .string("\(place)/answer")
        try Disk.write("\(place)/request", request.text)
        let said = try run(place, deadline)
        guard let bytes = Disk.read("\(place)/answer"), let answer = try? JSONValue(parsing: bytes)
        else { throw LabFailure("a lab ended without an answer: \(said)") }
        return answer
    }

    /// Runs the lab of `place` to its end, or ends it; returns what it complained of.
    private func run(_ place: String, _ deadline: Duration) throws -> String {
        let command = Command(
            "\(root)/bin/recover-lab", ["sweep-part", "\(place)/request"],
            environment: SweepRoom.environment)
        let log = open("\(place)/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { Glibc.close(log) }
        guard let lifeline = Lifeline() else { throw LabFailure("no pipe is left") }
        let pid = try state.withLock { state -> pid_t in
            guard !state.isClosing else { throw LabFailure("the sweep ends") }
            let pid = try Spawn.start(command, descriptors: [lifeline.end, log, log])
            state.parts.insert(pid)
            return pid
        }
        let end = ContinuousClock.now + deadline
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            if .now > end { kill(pid, SIGKILL) }
            Background.sleep(20)
        }
        _ = state.withLock { $0.parts.remove(pid) }
        withExtendedLifetime(lifeline) {}
        let said = (Disk.text("\(place)/log") ?? "").split(separator: "\n").suffix(8)
        return said.joined(separator: "; ")
            + (.now > end ? "; it took longer than \(deadline)" : "")
    }

    private static var environment: [String: String] {
        var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        for name in ["HOME", "PATH", "LD_LIBRARY_PATH", "LANG"] {
            if let value = Tools.environment(name) { environment[name] = value }
        }
        return environment
    }
}

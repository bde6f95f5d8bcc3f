import Glibc
import JSON
import Processes
import Testing

/// A real lab, started by the real program.
///
/// It goes down with this process, however that ends.
/// It needs what a lab needs: namespaces, bwrap, sshd and kubectl. Where one is
/// missing the tests fail and say so.
final class Lab: Sendable {
    @TaskLocal static var current: Lab?

    let folder: String
    let library: Library
    private let pid: pid_t
    private let lifeline: Lifeline

    /// Brings a lab up, with its own copy of the shipped documents.
    init(
        _ name: String, estate: String = "oci-layer7", faults: [String] = []
    ) async throws {
        folder = try Lab.folder(name)
        library = try Library("\(folder)/library")
        let log = open("\(folder)/lab.log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(log) }
        let options = faults.flatMap { ["--fault", $0] } + ["--library", library.folder]
        lifeline = try #require(Lifeline(), "no pipe is left")
        pid = try Spawn.start(
            Command(
                try Programs.path("recover-lab"),
                ["up", "--lifeline", "--estate", estate] + options + ["\(folder)/lab"],
                environment: Programs.environment), descriptors: [lifeline.end, log, log])
        for _ in 0..<1200 {
            if said.contains("Enter it:") { return }
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the lab did not come up: \(said)")
        throw CancellationError()
    }

    /// The lab of the suite that is running.
    static func shared() throws -> Lab { try #require(current, "the suite has no lab") }

    /// An empty folder in the temporary one, for one lab.
    static func folder(_ name: String) throws -> String {
        let folder = "\(Programs.variable("TMPDIR") ?? "/tmp")/recover-accept-\(getpid())-\(name)"
        try Files.makeFolder(folder)
        return folder
    }

    private var said: String { Files.text("\(folder)/lab.log") ?? "" }

    /// Takes it down and removes its folder; node trees have folders nobody may write.
    func end() {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        Lab.remove(folder)
    }

    static func remove(_ folder: String) {
        _ = try? Command("/bin/rm", ["-rf", folder]).capture(deadline: .seconds(30))
    }

    // MARK: in the lab

    /// The command that runs `words` inside.
    func entering(_ words: [String], input: String = "") throws -> Command {
        Command(
            try Programs.path("recover-lab"), ["enter", "\(folder)/lab", "--"] + words,
            environment: Programs.environment, input: Array(input.utf8))
    }

    /// Runs `words` inside to their end.
    @discardableResult
    func run(_ words: [String], input: String = "", seconds: Int = 30) throws -> Answer {
        let captured = try entering(words, input: input).capture(deadline: .seconds(seconds))
        return Answer(
            command: words.joined(separator: " "), ending: captured.ending,
            bytes: captured.output.bytes + captured.error.bytes)
    }

    /// Runs kubectl inside to its success; what it printed.
    @discardableResult
    func kubectl(_ words: String..., input: String = "") throws -> String {
        let answer = try run(["kubectl", "--request-timeout=10s"] + words, input: input)
        try #require(answer.code == 0, "\(answer)")
        return answer.text
    }

    /// Stops or starts the API of the cluster `local`, as a person would.
    func api(_ verb: String) throws {
        let answer = try run(["ssh", "oci-arm", "systemctl", verb, "k3s"])
        try #require(answer.code == 0, "\(answer)")
    }

    /// Asks the lab from outside, such as `state --json`.
    func ask(_ verb: String...) throws -> JSONValue {
        let captured = try Command(
            try Programs.path("recover-lab"), verb + ["\(folder)/lab"],
            environment: Programs.environment
        ).capture(deadline: .seconds(30))
        try #require(captured.ending.isSuccess, "\(verb): \(captured.error.text)")
        return try JSONValue(parsing: captured.output.bytes)
    }

    /// Waits until a lost Node shows as such.
    func awaitLost(_ node: String) async throws {
        for _ in 0..<150 {
            if try ask("state", "--json").at("hosts", node, "ready")?.string == "Unknown" { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("\(node) does not show as lost")
    }
}

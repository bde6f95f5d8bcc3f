import Glibc
import JSON
import LabHosts
import Processes

/// The real `recover`, as a sweep uses it inside a lab.
struct Responder {
    /// Absolute path of the program.
    let program: String
    let place: LabPlace
    /// The command that begins the run: runbook and arguments.
    let beginning: [String]
    /// Secrets, as options; a resumed run is given them again.
    let secrets: [String]

    private var journal: [String] { ["--journal", "\(place.paths.root)/journal"] }
    private var log: String { "\(place.paths.root)/recover.log" }

    /// Starts the run.
    func begin(_ failpoint: String?) throws -> Engine { try start(beginning, failpoint) }

    /// Takes the run up; begins it when the journal knows of none.
    func resume(_ failpoint: String? = nil) throws -> Engine {
        if run == nil { return try begin(failpoint) }
        return try start(["resume", "--estate", place.description.estate] + secrets, failpoint)
    }

    private func start(_ words: [String], _ failpoint: String?) throws -> Engine {
        var environment = place.environment
        environment["RECOVER_FAILPOINT"] = failpoint
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw LabFailure("\(log): \(String(cString: strerror(errno)))") }
        defer { close(output) }
        return Engine(
            pid: try Spawn.start(
                Command(
                    program, words + journal, environment: environment, directory: place.paths.home),
                descriptors: [-1, output, output]))
    }

    // MARK: the journal

    /// Its entries, as `recover journal show` prints them.
    func entries() throws -> [String] {
        guard Disk.exists("\(place.paths.root)/journal") else { return [] }
        let shown = try ask(["journal", "show"])
        guard shown.ending.isSuccess else { return [] }
        return shown.output.text.split(separator: "\n").map(String.init)
    }

    /// What is wrong with the journal, or nil.
    func damage() throws -> String? {
        let verified = try ask(["journal", "verify"])
        return verified.ending.isSuccess ? nil : verified.output.text + verified.error.text
    }

    /// The one run in the journal, and where it stands.
    var run: (id: String, standing: String)? {
        guard Disk.exists("\(place.paths.root)/journal"),
            let listed = try? ask(["journal", "list"]), listed.ending.isSuccess
        else { return nil }
        let words = listed.output.text.split(separator: "\n").last?.split(separator: " ") ?? []
        return words.count > 1 ? (String(words[0]), String(words[1])) : nil
    }

    /// The step the run stands at, and whether an attempt of it is open.
    func current() throws -> (step: String, isOpen: Bool)? {
        for line in try ask(["status"]).output.text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1, words[0] == "next" || words[0] == "open" else { continue }
            return (String(words[1].prefix { $0 != ":" }), words[0] == "open")
        }
        return nil
    }

    /// A person says that the effect of `step` is not there.
    func resolve(_ run: String, _ step: String) throws -> Bool {
        try ask([
            "resolve", run, step, "--as", "not-done", "--estate", place.description.estate,
            "--evidence", "the simulated world has not seen this change",
        ]).ending.isSuccess
    }

    /// The last lines the program printed.
    func said(_ count: Int) -> [String] {
        (Disk.text(log) ?? "").split(separator: "\n").suffix(count).map(String.init)
    }

    /// How often it has said that a goal does not hold yet.
    var waits: Int {
        (Disk.text(log) ?? "").split(separator: "\n").filter { $0.contains(": not yet: ") }.count
    }

    private func ask(_ words: [String]) throws -> Captured {
        try Command(
            program, words + journal, environment: place.environment, directory: place.paths.home
        ).capture(deadline: .seconds(30))
    }

    /// Whether the keeper of `step`'s attempt wrote down that the child starts.
    func childStarted(_ step: String) -> Bool {
        let folder = "\(place.paths.root)/journal/attempts"
        let name = Responder.letters(step)
        return Disk.names(folder).contains { file in
            file.hasSuffix(".lock") && Responder.letters(file).contains(name)
                && (Disk.text("\(folder)/\(file)") ?? "").split(separator: "\n").contains("started")
        }
    }

    /// How a step's dots stand in an attempt's name is the engine's matter.
    private static func letters(_ name: String) -> String {
        name.filter { $0.isLetter || $0.isNumber }
    }
}

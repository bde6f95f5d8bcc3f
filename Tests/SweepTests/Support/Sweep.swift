import Glibc
import Processes
import Testing

/// `recover-lab sweep` of the runbook in `Fixtures`, in a folder of its own.
final class Sweep {
    private let folder: String
    private let program: String

    init(_ name: String) throws {
        program = try Sweep.sibling("recover-lab")
        let base = Sweep.variable("TMPDIR") ?? "/tmp"
        folder = "\(base)/sweep-tests-\(getpid())-\(name)"
        try #require(mkdir(folder, 0o700) == 0, "\(folder) cannot be made")
    }

    deinit {
        _ = try? Command("/bin/rm", ["-rf", "--", folder]).capture(deadline: .seconds(30))
    }

    private func command(_ words: [String]) -> Command {
        let library = "\(Sweep.repository)/Tests/SweepTests/Fixtures/library"
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": "/nonexistent",
            "TMPDIR": folder,
        ]
        let tools = Sweep.variable("RECOVER_LAB_TOOLS") ?? "\(Sweep.repository)/.build/tools/root"
        if access(tools, R_OK) == 0 { environment["RECOVER_LAB_TOOLS"] = tools }
        return Command(
            program, ["sweep", "sweep-once", "--library", library] + words,
            environment: environment)
    }

    /// Runs it to its end.
    func run(_ words: [String]) throws -> Captured {
        try command(words).capture(deadline: .seconds(220))
    }

    /// Starts it; its output goes to `log`.
    func start(_ words: [String]) throws -> pid_t {
        let output = open("\(folder)/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(output) }
        return try Spawn.start(command(words), descriptors: [-1, output, output])
    }

    /// What it printed so far, when it was started with `start`.
    var log: String { Sweep.text("\(folder)/log") }

    /// Folders, and command lines of processes, that should be gone. What was
    /// killed a moment ago gets a moment to end.
    var leavings: [String] {
        for _ in 0..<50 where !found.isEmpty { usleep(100_000) }
        return found
    }

    private var found: [String] {
        let folders = Sweep.names(folder).filter { $0.hasPrefix("recover-sweep-") }
        return folders
            + Sweep.names("/proc").filter { Int($0) != nil }.compactMap { pid in
                let line = Sweep.text("/proc/\(pid)/cmdline")
                return line.contains("\(folder)/recover-sweep") ? "\(pid) \(line)" : nil
            }
    }

    private static func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    // MARK: places

    /// The repository this file is in.
    static var repository: String {
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// A program in `RECOVER_BIN`, or beside the test program.
    private static func sibling(_ name: String) throws -> String {
        var folder = try absolute(variable("RECOVER_BIN") ?? "/proc/self/exe")
        for argument in CommandLine.arguments
        where argument.contains(".xctest") && variable("RECOVER_BIN") == nil {
            folder = try absolute(argument)
        }
        while !folder.isEmpty, access("\(folder)/\(name)", X_OK) != 0 {
            folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        }
        return "\(folder)/\(name)"
    }

    private static func absolute(_ path: String) throws -> String {
        let resolved = try #require(realpath(path, nil), "there is no \(path)")
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

import Glibc
import JSON
import Processes
import Testing

@testable import LabHosts

/// A real lab, started by the real program beside this test.
///
/// It goes down with this process, however that ends.
/// It needs what a lab needs: namespaces, bwrap, and sshd (RECOVER_LAB_TOOLS
/// or `.build/tools/root`). Where one is missing the tests fail and say so.
final class Lab: Sendable {
    let directory: String
    private let pid: pid_t
    private let lifeline: Lifeline
    static let program = sibling("recover-lab")

    init(
        _ directory: String, estate: String = "oci-layer7", library: String = Lab.library
    ) async throws {
        self.directory = directory
        try Disk.makeFolder(directory)
        let log = open("\(directory).log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(log) }
        guard let lifeline = Lifeline() else { throw LabFailure("no pipe is left") }
        self.lifeline = lifeline
        pid = try Spawn.start(
            Command(
                Lab.program,
                ["up", "--lifeline", "--estate", estate, "--library", library, directory],
                environment: Lab.environment), descriptors: [lifeline.end, log, log])
        for _ in 0..<1200 {
            if (Disk.text("\(directory).log") ?? "").contains("Enter it:") { return }
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        end(SIGKILL)
        throw LabFailure("the lab did not come up: \(Disk.text("\(directory).log") ?? "")")
    }

    /// A folder for one test.
    static func folder(_ name: String) -> String {
        "\(Tools.environment("TMPDIR") ?? "/tmp")/recover-lab-\(getpid())-\(name)"
    }

    /// Runs a shell line in the lab.
    func enter(_ line: String, input: String = "", seconds: Int = 30) throws -> Captured {
        try run(
            ["enter", directory, "--", "/bin/sh", "-c", line], input: input, seconds: seconds)
    }

    /// Runs `recover-lab` with `arguments`.
    func run(
        _ arguments: [String], input: String = "", seconds: Int = 120
    ) throws -> Captured {
        try Command(
            Lab.program, arguments, environment: Lab.environment, input: Array(input.utf8)
        ).capture(deadline: .seconds(seconds))
    }

    /// Waits up to `seconds` and more until `condition` holds; false when it
    /// never does.
    static func waits(
        seconds: Int = 60, _ condition: () throws -> Bool
    ) async throws -> Bool {
        for _ in 0..<(5 * seconds) {
            if try condition() { return true }
            // Whoever asks takes the time from the lab it asks.
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }

    /// Ends the lab with `signal` and waits for it.
    func end(_ signal: Int32) {
        kill(pid, signal)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Removes the folder of one test.
    static func wipe(_ folder: String) {
        _ = try? Command("/bin/rm", ["-rf", folder]).capture(deadline: .seconds(30))
    }

    /// What a program of this machine prints.
    static func command(_ program: String, _ arguments: [String]) throws -> String {
        try Command(program, arguments).capture(deadline: .seconds(30)).output.text
    }

    /// Removes the lab's folder; node trees have folders nobody may write.
    func remove() {
        _ = try? Command("/bin/rm", ["-rf", directory, "\(directory).log"]).capture(
            deadline: .seconds(30))
    }

    /// Command lines of processes that mention the lab's folder.
    var processes: [String] { Lab.processes(of: directory) }

    static func processes(of directory: String) -> [String] {
        Disk.names("/proc").filter { Int($0) != nil }
            .compactMap { Disk.text("/proc/\($0)/cmdline") }.filter { $0.contains(directory) }
    }

    /// The network namespace of the lab, as the kernel names it.
    var network: String? {
        let process = (Disk.text(LabPaths(root: directory).processFile) ?? "").split(
            separator: "\n")
        return process.first.flatMap { Lab.network(of: String($0)) }
    }

    static func network(of process: String) -> String? {
        Disk.target("/proc/\(process)/ns/net")
    }

    /// How many processes there are in a network namespace.
    static func processes(in network: String) -> Int {
        Disk.names("/proc").filter { Int($0) != nil && Lab.network(of: $0) == network }.count
    }

    static var environment: [String: String] {
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": "/nonexistent",
        ]
        environment["RECOVER_LAB_TOOLS"] = Tools.environment("RECOVER_LAB_TOOLS")
        return environment
    }

    /// Whether neither this machine nor the unpacked packages have `program`.
    static func lacks(_ program: String) -> Bool {
        let unpacked = Tools.environment("RECOVER_LAB_TOOLS") ?? "\(library)/.build/tools/root"
        return ["/usr/bin", "\(unpacked)/usr/bin"].allSatisfy { !Disk.exists("\($0)/\(program)") }
    }

    /// The repository this file is in.
    static var library: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }

    private static func sibling(_ name: String) -> String {
        var folder = Disk.resolved("/proc/self/exe") ?? ""
        for argument in CommandLine.arguments
        where argument.hasSuffix(".xctest") || argument.contains(".xctest/") {
            folder = argument
        }
        while !folder.isEmpty, access("\(folder)/\(name)", X_OK) != 0 {
            folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        }
        return "\(folder)/\(name)"
    }
}

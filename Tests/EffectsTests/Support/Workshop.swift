import Glibc
import Processes
import RecoveryEngine
import Testing

@testable import Effects

/// A folder for attempts, and the real keeper, compiled once for all tests.
final class Workshop {
    static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

    /// Absolute path of recover-keeper, or why there is none.
    private static let keeper: Result<String, BuildFailure> = {
        var template = Array("/tmp/effects-tests-keeper-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else {
            return .failure(BuildFailure(output: "no folder"))
        }
        let program = folder + "/recover-keeper"
        let build = Command(
            "/usr/bin/cc",
            [
                "-O1", "-static", "-Wall", "-Wextra", "-Werror", "-o", program,
                root + "/Sources/recover-keeper/keeper.c",
            ],
            environment: ["PATH": "/usr/bin:/bin", "TMPDIR": folder])
        atexit { Workshop.removeKeeper() }
        guard let captured = try? build.capture(deadline: .seconds(60)) else {
            return .failure(BuildFailure(output: "there is no /usr/bin/cc"))
        }
        guard captured.ending.isSuccess else {
            return .failure(BuildFailure(output: captured.error.text))
        }
        return .success(program)
    }()

    private static func removeKeeper() {
        guard case .success(let path) = keeper else { return }
        unlink(path)
        rmdir(String(path.dropLast("/recover-keeper".count)))
    }

    struct BuildFailure: Error { let output: String }

    let path: String
    let keeper: Keeper

    init() throws {
        // As the program does: a child that does not read must not end its engine.
        signal(SIGPIPE, SIG_IGN)
        let program = try Self.keeper.get()
        var template = Array("/tmp/effects-tests-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
        keeper = Keeper(path: program, directory: path)
    }

    deinit {
        for name in names() { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private func names() -> [String] {
        guard let stream = opendir(path) else { return [] }
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

    /// Writes a program.
    static func install(_ script: String, at path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        try #require(fputs(script, file) >= 0 && chmod(path, 0o755) == 0)
    }

    func record(_ attempt: String) -> AttemptRecord? {
        AttemptRecord(path: keeper.lockPath(attempt))
    }

    /// `sh -c script` under the keeper, watched to its end.
    func run(
        _ script: String, _ attempt: String = "a-1", input: [UInt8] = [],
        deadline: Duration = .seconds(20),
        program: String = "/bin/sh"
    ) throws -> Performed {
        let lock = try #require(keeper.lock(attempt))
        defer { close(lock) }
        return keeper.run(
            Self.command(script, input: input, program: program), attempt: attempt, lock: lock,
            deadline: deadline,
            stop: { false }, reached: { _ in })
    }

    /// Starts `sh -c script` as an engine would and dies: every end of every
    /// pipe and the lock are closed. The keeper's process id.
    func orphan(
        _ script: String, _ attempt: String = "a-1", input: [UInt8] = []
    ) throws -> Int32 {
        let lock = try #require(keeper.lock(attempt))
        var command = Self.command(script)
        command.environment[Survivors.variable] = attempt
        command.arguments = [command.executable] + command.arguments
        command.executable = keeper.path
        var pipes = try #require(KeeperPipes(input: input))
        let pid = try Spawn.start(command, descriptors: pipes.childDescriptors(lock: lock))
        pipes.closeAll()
        close(lock)
        return pid
    }

    private static func command(_ script: String, input: [UInt8] = [], program: String = "/bin/sh")
        -> Command
    {
        Command(
            program, ["-c", script], environment: ["PATH": "/usr/bin:/bin"], directory: "/",
            input: input)
    }

    /// Asks every 10 ms, for ten seconds at most.
    static func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<1000 {
            if condition() { return true }
            usleep(10_000)
        }
        return condition()
    }

    /// Whether the process is no more, or only waits to be reaped.
    static func isGone(_ pid: Int32) -> Bool {
        guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, 512, file) != nil else { return true }
        let text = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return true }
        return ["Z", "X"].contains(text[close...].dropFirst(2).first)
    }
}

internal import CPosix
internal import Glibc
internal import Processes
internal import RecoveryEngine

/// Runs one acting child under `recover-keeper`.
struct Keeper {
    /// Absolute path of recover-keeper.
    let path: String
    /// Folder of lock files.
    let directory: String

    func lockPath(_ attempt: String) -> String { "\(directory)/\(attempt).lock" }

    /// Takes the attempt's lock, to be held from before its intent.
    func lock(_ attempt: String) -> Int32? {
        mkdir(directory, 0o700)
        return AttemptRecord.take(path: lockPath(attempt))
    }

    /// Starts `command` under the keeper and watches it to its end.
    ///
    /// - Parameters:
    ///   - redactor: what it prints comes back through it.
    ///   - kept: how much of each end of its output comes back, in bytes.
    ///   - lock: descriptor of the attempt's lock; stays the caller's.
    ///   - stop: asked now and then; true ends the child early.
    ///   - reached: named places for tests.
    func run(
        _ command: Command, attempt: String, redactor: Redactor = Redactor(), kept: Int = 1 << 20,
        lock: Int32,
        deadline: Duration, stop: () -> Bool,
        reached: (String) -> Void
    ) -> Performed {
        var command = command
        command.environment[Survivors.variable] = attempt
        var keeper = command
        keeper.executable = path
        keeper.arguments = [command.executable] + command.arguments
        guard var pipes = KeeperPipes(input: command.input) else {
            return .notStarted("no descriptors are left")
        }
        reached("before spawn")
        let pid: Int32
        do {
            pid = try Spawn.start(keeper, descriptors: pipes.childDescriptors(lock: lock))
        } catch {
            return .notStarted(error.description)
        }
        reached("after spawn")
        pipes.closeChildEnds()
        var watch = KeeperWatch(pipes: pipes, deadline: deadline, redactor: redactor, kept: kept)
        let performed = watch.run(stop: stop)
        reached("after wait")
        // The keeper stays as long as a descendant does; it is reaped when it can be.
        var status: Int32 = 0
        _ = waitpid(pid, &status, watch.isGone ? 0 : WNOHANG)
        return performed
    }
}

/// The descriptors between engine, keeper and child.
struct KeeperPipes {
    /// What the child reads: all of it, or nothing. A pipe would end early if
    /// the engine died, and a request cut short is another request.
    private(set) var input: Int32 = -1
    private(set) var output: [Int32] = [-1, -1]
    private(set) var error: [Int32] = [-1, -1]
    private(set) var control: [Int32] = [-1, -1]

    init?(input bytes: [UInt8]) {
        if !bytes.isEmpty { input = cposix_sealed_file(bytes, bytes.count) }
        let made =
            (bytes.isEmpty || input >= 0) && cposix_pipe(&output) == 0
            && cposix_pipe(&error) == 0 && cposix_socketpair(&control) == 0
        if !made {
            closeAll()
            return nil
        }
    }

    /// In the order the keeper expects them.
    func childDescriptors(lock: Int32) -> [Int32] {
        [input, output[1], error[1], lock, control[1], output[0], error[0]]
    }

    mutating func closeChildEnds() {
        for descriptor in [input, output[1], error[1], control[1]] where descriptor >= 0 {
            close(descriptor)
        }
        input = -1
        output[1] = -1
        error[1] = -1
        control[1] = -1
    }

    mutating func closeAll() {
        closeChildEnds()
        for descriptor in [output[0], error[0], control[0]] where descriptor >= 0 {
            close(descriptor)
        }
        output[0] = -1
        error[0] = -1
        control[0] = -1
    }
}

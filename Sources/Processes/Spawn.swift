internal import CPosix
internal import Glibc

/// Starts programs with `posix_spawn`.
public enum Spawn {
    /// Starts `command` with descriptors `descriptors[i]` of ours as `i` of
    /// the child; -1 leaves a descriptor closed (0…2: `/dev/null`).
    ///
    /// `command.input` is not written here. Returns the process id; the caller
    /// reaps it.
    public static func start(
        _ command: Command, descriptors: [Int32]
    ) throws(SpawnError) -> Int32 {
        // A NUL would silently cut an argument short.
        let strings = command.arguments + [command.executable] + command.environment.map { $0 + $1 }
        guard !strings.contains(where: { $0.utf8.contains(0) }) else {
            throw SpawnError(executable: command.executable, code: EINVAL)
        }
        // Sources are first moved above every target, so that no dup2 overwrites one still needed.
        var sources: [Int32] = []
        defer { for source in sources where source >= 0 { close(source) } }
        for descriptor in descriptors {
            sources.append(descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 64))
        }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (target, source) in sources.enumerated() {
            if source >= 0 {
                posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
            } else if target <= 2 {
                posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
            }
        }
        _ = cposix_spawn_close_from(&actions, Int32(max(3, descriptors.count)))
        if let directory = command.directory { _ = cposix_spawn_chdir(&actions, directory) }
        _ = cposix_spawnattr_detached(&attributes)
        let arguments = [command.executable] + command.arguments
        let environment = command.environment.map { "\($0)=\($1)" }
        return try withCStrings(arguments) { (argv) throws(SpawnError) in
            try withCStrings(environment) { (envp) throws(SpawnError) in
                var pid: pid_t = 0
                let code = posix_spawn(&pid, command.executable, &actions, &attributes, argv, envp)
                guard code == 0 else {
                    throw SpawnError(executable: command.executable, code: code)
                }
                return pid
            }
        }
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws(SpawnError) -> Result
    ) throws(SpawnError) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return try body(&pointers)
    }
}

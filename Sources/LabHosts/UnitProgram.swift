internal import CPosix
internal import Glibc
internal import Processes

/// The end of a unit that is inside the sandbox: `recover-lab unit IN OUT ERR
/// COMMAND…`.
public enum UnitProgram {
    /// Runs to the end of the unit.
    public static func run(_ arguments: [String]) -> Int32 {
        guard arguments.count >= 4 else { return 2 }
        do {
            let input = try stream(arguments[0], reads: true)
            let output = try stream(arguments[1], reads: false) ?? 1
            let error =
                try stream(arguments[2], reads: false) ?? (arguments[1].isEmpty ? 2 : output)
            let command = Command(
                arguments[3], Array(arguments.dropFirst(4)), environment: environment(),
                directory: "/")
            let pid = try Spawn.start(command, descriptors: [input ?? -1, output, error])
            tell("executed")
            return attend(pid)
        } catch {
            Complaint.say("unit: \(error)")
            tell("refused")
            return 203
        }
    }

    /// The unit's whole environment is this process's, which the world made.
    private static func environment() -> [String: String] {
        var result: [String: String] = [:]
        for name in ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "INVOCATION_ID"] {
            result[name] = Tools.environment(name)
        }
        return result
    }

    /// Opens what `StandardInput=` and its like say; nil: nothing was said.
    private static func stream(_ text: String, reads: Bool) throws(DiskError) -> Int32? {
        if text == "null" { return -1 }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let path = String(text[text.index(after: colon)...])
        let extra = text.hasPrefix("append:") ? O_APPEND : text.hasPrefix("truncate:") ? O_TRUNC : 0
        let flags = reads ? O_RDONLY : O_WRONLY | O_CREAT | extra
        let descriptor = open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw DiskError(path: path, code: errno) }
        return descriptor
    }

    /// Waits for the child; a byte from the world asks it to end (SIGTERM).
    private static func attend(_ pid: pid_t) -> Int32 {
        let pidfd = cposix_pidfd_open(pid)
        var listens = true
        while true {
            var polls = [
                pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listens ? 3 : -1, events: Int16(POLLIN), revents: 0),
            ]
            poll(&polls, 2, -1)
            if polls[1].revents != 0 {
                var byte: UInt8 = 0
                if read(3, &byte, 1) == 1 { kill(pid, SIGTERM) } else { listens = false }
            }
            var code: Int32 = 0
            var status: Int32 = 0
            guard cposix_waitid_pidfd(pidfd, 1, &code, &status) == 1 else { continue }
            tell("\(code == CLD_EXITED ? "exited" : "signalled") \(status)")
            return code == CLD_EXITED ? status : 128 + status
        }
    }

    private static func tell(_ word: String) {
        let line = word + "\n"
        _ = line.withCString { write(3, $0, strlen($0)) }
    }
}

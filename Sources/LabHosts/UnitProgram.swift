internal import CPosix
internal import Glibc
internal import Processes

/// The end of a unit that is inside the sandbox: `recover-lab unit IN OUT ERR
/// [ENVIRONMENT-FILE…] -- COMMAND…`.
public enum UnitProgram {
    /// Folders in which a machine's systemd looks for a program, in this order.
    public static let path = Sandbox.path

    /// Runs to the end of the unit.
    public static func run(_ arguments: [String]) -> Int32 {
        guard let dashes = arguments.firstIndex(of: "--"), dashes >= 3,
            arguments.count > dashes + 1
        else { return 2 }
        do {
            let environment = try environment(files: arguments[3..<dashes])
            let input = try stream(arguments[0], reads: true)
            let output = try stream(arguments[1], reads: false) ?? 1
            let error =
                try stream(arguments[2], reads: false) ?? (arguments[1].isEmpty ? 2 : output)
            let words = UnitEnvironment.expanded(
                Array(arguments[(dashes + 1)...]), environment.values)
            let command = Command(
                words[0], Array(words.dropFirst()), environment: environment.values,
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

    /// This process's environment, which the world made, and what the files say.
    private static func environment(
        files: ArraySlice<String>
    ) throws(DiskError) -> UnitEnvironment {
        var result = UnitEnvironment()
        for line in (Disk.read("/proc/self/environ") ?? []).split(separator: 0) {
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard let name = parts.first else { continue }
            result.values[String(decoding: name, as: UTF8.self)] = String(
                decoding: line.dropFirst(name.count + 1), as: UTF8.self)
        }
        for file in files {
            let path = String(file.drop { $0 == "-" })
            if let text = Disk.text(path) {
                for line in text.split(separator: "\n") { result.add(String(line)) }
            } else if !file.hasPrefix("-") {
                throw DiskError(path: path, code: ENOENT)
            }
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

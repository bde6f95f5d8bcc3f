internal import CPosix
internal import Glibc
internal import Processes

/// The main process of a unit, seen from both ends.
///
/// The world starts a sandbox in which this program, as `unit`, opens the
/// unit's files, executes its command, and tells over descriptor 3 how that
/// went: bwrap alone cannot tell an exit with 137 from SIGKILL.
struct UnitProcess: Sendable {
    let record: UnitRecord
    let sandbox: Sandbox

    /// Starts it. Returns the sandbox's process id and our end of the channel.
    func start() throws -> (pid: pid_t, control: Int32) {
        var ends: [Int32] = [-1, -1]
        guard cposix_socketpair(&ends) == 0 else {
            throw DiskError(path: "socketpair", code: errno)
        }
        defer { close(ends[1]) }
        let log = try openLog()
        defer { close(log) }
        var sandbox = self.sandbox
        sandbox.environment["INVOCATION_ID"] = record.invocation
        let inner = [Sandbox.program, "unit", record.input, record.output, record.error]
        let command = Command(
            sandbox.tools.bwrap, sandbox.arguments(inner + record.command),
            environment: ["PATH": "/usr/bin:/bin"])
        let pid: pid_t
        do {
            pid = try Spawn.start(command, descriptors: [-1, log, log, ends[1]])
        } catch {
            close(ends[0])
            throw error
        }
        return (pid, ends[0])
    }

    private func openLog() throws(DiskError) -> Int32 {
        let folder = "\(sandbox.paths.machine(sandbox.host.name))/log"
        try Disk.makeFolder(folder)
        let path = "\(folder)/\(record.name).log"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw DiskError(path: path, code: errno) }
        return descriptor
    }

    /// Reads the channel to its end; `executed` is called when the program
    /// runs. A channel that ends without a word was cut: the sandbox was killed.
    static func watch(_ control: Int32, executed: () -> Void) -> UnitRecord.End {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        var end = UnitRecord.End.signalled(Int(SIGKILL))
        while true {
            let count = read(control, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return end }
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            line = []
            switch (words.first, words.last.flatMap { Int($0) }) {
            case ("executed", _): executed()
            case ("exited", let code?): end = .exited(code)
            case ("signalled", let signal?): end = .signalled(signal)
            default: end = .refused
            }
        }
    }
}

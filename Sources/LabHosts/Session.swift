internal import Glibc
import JSON
internal import Processes

/// One login on a simulated machine: `recover-lab session DIR NODE`, which
/// `sshd` runs for every session in place of what was asked for.
///
/// It stays as the parent of the sandbox, so that a session outlives its
/// client as on a real machine, and cutting the machine's power ends it.
public enum Session {
    /// Runs the command `sshd` was asked for with the session's own standard
    /// streams; returns its exit code.
    public static func run(directory: String, node: String) -> Int32 {
        let paths = LabPaths(root: directory)
        guard let bytes = Disk.read(file(paths, node)), let spec = try? JSONValue(parsing: bytes),
            let program = spec["program"]?.string, let arguments = spec["arguments"]?.array
        else {
            Complaint.say("\(node) is not a machine of the lab in \(directory)")
            return 255
        }
        let mine = "\(paths.machine(node))/sessions/\(getpid())"
        defer { Disk.remove(mine) }
        do {
            try Disk.write(mine, "")
            let command = Command(
                program, arguments.compactMap(\.string) + variables + ["--"] + asked,
                environment: ["PATH": "/usr/bin:/bin"])
            let pid = try Spawn.start(command, descriptors: [0, 1, 2])
            let client = fcntl(2, F_DUPFD_CLOEXEC, 3)
            release()
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            if code == 127, let line = Tools.environment("SSH_ORIGINAL_COMMAND") {
                Shim.print(
                    "recover-lab: \(node) does not have or know all of: \(line)\n", to: client)
            }
            return code
        } catch {
            Complaint.say("\(node): \(error)")
            return 255
        }
    }

    /// The command line of the client, run by a shell as `sshd` would.
    private static var asked: [String] {
        guard let line = Tools.environment("SSH_ORIGINAL_COMMAND") else {
            return ["/bin/sh", "-l"]
        }
        return ["/bin/sh", "-c", line]
    }

    private static var variables: [String] {
        ["SSH_CLIENT", "SSH_CONNECTION", "TERM"].flatMap { name in
            Tools.environment(name).map { ["--setenv", name, $0] } ?? []
        }
    }

    /// Only the sandbox holds the streams from here on: the client must see
    /// their end when the command closes them. (The copy of standard error is no
    /// matter: a session lasts as long as its command anyway.)
    private static func release() {
        let null = open("/dev/null", O_RDWR)
        for descriptor: Int32 in 0...2 { dup2(null, descriptor) }
    }

    /// The file that tells how to enter the node.
    static func file(_ paths: LabPaths, _ node: String) -> String {
        "\(paths.machine(node))/sandbox.json"
    }

    /// Ends every session on `node`, at once.
    static func endAll(_ paths: LabPaths, _ node: String) {
        let folder = "\(paths.machine(node))/sessions"
        for name in Disk.names(folder) {
            let line = pid_t(name).flatMap { Disk.text("/proc/\($0)/cmdline") } ?? ""
            if let pid = pid_t(name), line.contains("session") { kill(pid, SIGKILL) }
            Disk.remove("\(folder)/\(name)")
        }
    }
}

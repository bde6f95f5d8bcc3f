import Glibc
import LabThreads
import Processes
import Testing

@testable import LabHosts

@Suite(.serialized, .onLabThreads) struct IsolationTests {
    /// A drill whose recovery gives up at once: everything else of it is real.
    private func script(_ folder: String) throws -> String {
        try Disk.makeFolder(folder)
        try Disk.write("\(folder)/give-up", "#!/bin/sh\nexit 6\n", mode: 0o755)
        return "\(folder)/give-up"
    }

    private func drill(_ directory: String, _ script: String) -> [String] {
        [
            Lab.program, "drill", "node-loss", "--estate", "oci-layer7", "--library", Lab.library,
            "--keep", directory, "--recover", script,
        ]
    }

    /// Places programs like to write to, without those the lab itself comes from.
    private var places: [String] {
        let used =
            [Lab.program, Lab.library, Lab.environment["RECOVER_LAB_TOOLS"] ?? ""]
            + Tools.mappedFolders()
        return ["/tmp", "/var/tmp", "/root", "/home", "/run", "/dev/shm"].filter { place in
            Disk.exists(place) && !used.contains { $0.hasPrefix(place + "/") }
        }
    }

    /// The whole machine is read-only, but for empty folders where programs
    /// like to write.
    @Test(.timeLimit(.minutes(10)))
    func `a drill writes nothing outside its own folder`() throws {
        #expect(places.count > 2)
        let line = """
            mount -o remount,bind,ro /
            for place in \(places.joined(separator: " ")); do mount -t tmpfs none $place; done
            rm -rf /run/mount
            work=\(places[0])/work; mkdir $work; printf '#!/bin/sh\\nexit 6\\n' >$work/give-up
            chmod 755 $work/give-up; mkdir \(places[0])/home; export HOME=\(places[0])/home
            ! touch /etc/x 2>/dev/null || exit 90
            "$@" && exit 91
            [ $? = 6 ] || exit 92
            find \(places.joined(separator: " ")) -mindepth 1 -not -path "$work" -not -path "$work/*"
            """
        let work = "\(places[0])/work"
        let ended = try Command(
            "/usr/bin/unshare",
            ["--user", "--map-root-user", "--mount", "/bin/sh", "-c", line, "sh"]
                + drill("\(work)/lab", "\(work)/give-up"), environment: Lab.environment
        ).capture(deadline: .seconds(200))
        #expect(ended.ending == .exited(0), "\(ended.output.text)\(ended.error.text)")
        let left = ended.output.text.split(separator: "\n").filter { $0.hasPrefix("/") }
        #expect(left == ["\(places[0])/home"])
    }

    /// Root hides errors of permission, so the same as somebody else.
    @Test(.timeLimit(.minutes(10)), .enabled(if: geteuid() == 0, "not root anyway"))
    func `an ordinary user drills as well`() throws {
        let folder = Lab.folder("user")
        let script = try script(folder)
        defer { _ = try? Command("/bin/rm", ["-rf", folder]).capture(deadline: .seconds(30)) }
        chown(folder, 54321, 54321)
        var environment = Lab.environment
        environment["HOME"] = folder
        let drop = ["--reuid=54321", "--regid=54321", "--clear-groups", "--inh-caps=-all", "--"]
        let ended = try Command(
            "/usr/bin/setpriv", drop + drill("\(folder)/lab", script), environment: environment
        ).capture(deadline: .seconds(200))
        #expect(ended.ending == .exited(6), "\(ended.output.text)\(ended.error.text)")
        #expect(ended.output.text.contains("the estate is healthy"))
        #expect(Disk.names(folder) == ["give-up", "lab"])
    }

    @Test(.timeLimit(.minutes(10)))
    func `nothing outside is reached, and nothing is left when the lab is killed`() async throws {
        let lab = try await Lab(Lab.folder("isolated"))
        defer { lab.remove() }
        // Somebody listens out here, on an address the lab has as well.
        let listener = try Listener()
        defer { listener.end() }
        let attempt = "exec 3<>/dev/tcp/127.0.0.1/\(listener.port)"
        #expect(
            try Command("/bin/bash", ["-c", attempt]).capture(deadline: .seconds(9)).ending
                .isSuccess)
        for command in ["bash -c '\(attempt)'", "ssh oci-arm bash -c \"'\(attempt)'\""] {
            #expect(!(try lab.enter(command).ending.isSuccess))
        }
        #expect(try lab.enter("grep -c : /proc/net/dev").output.text == "1\n")

        let network = try #require(lab.network)
        #expect(Lab.processes(in: network) > 10 && network != Lab.network(of: "self"))
        let mounts = Disk.text("/proc/self/mountinfo")
        #expect(mounts?.contains(lab.directory) == false)
        lab.end(SIGKILL)
        for _ in 0..<100 where Lab.processes(in: network) > 0 {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(Lab.processes(in: network) == 0)
        #expect(Disk.text("/proc/self/mountinfo") == mounts)
    }

    /// A shell stands for the test process: it holds the other end of the lab's
    /// standard input, as the labs of these tests have it, and is killed.
    @Test(.timeLimit(.minutes(10)))
    func `a lab on a lifeline does not outlive whoever started it`() async throws {
        let folder = Lab.folder("lifeline")
        try Disk.makeFolder(folder)
        defer { Lab.wipe(folder) }
        let line = """
            mkfifo \(folder)/line
            "$@" <\(folder)/line >\(folder)/log 2>&1 &
            exec 3>\(folder)/line
            wait
            """
        let lab = "\(folder)/lab"
        let parent = try Spawn.start(
            Command(
                "/bin/sh",
                ["-c", line, "sh", Lab.program, "up", "--lifeline", "--estate", "flux-cilium"]
                    + ["--library", Lab.library, lab], environment: Lab.environment),
            descriptors: [-1, -1, -1])
        #expect(
            try await Lab.waits(seconds: 60) {
                (Disk.text("\(folder)/log") ?? "").contains("Enter it:")
            })
        #expect(!Lab.processes(of: lab).isEmpty)
        kill(parent, SIGKILL)
        var status: Int32 = 0
        waitpid(parent, &status, 0)
        #expect(try await Lab.waits(seconds: 60) { Lab.processes(of: lab).isEmpty })
        #expect((Disk.text("\(folder)/log") ?? "").contains("The lab goes down"))
        // What a failed test would leave.
        for process in (Disk.text(LabPaths(root: lab).processFile) ?? "").split(separator: "\n")
        where !Lab.processes(of: lab).isEmpty { kill(Int32(process) ?? 0, SIGKILL) }
    }

    @Test(.timeLimit(.minutes(10)))
    func `an interrupted command in a lab is waited for`() async throws {
        let lab = try await Lab(Lab.folder("enter"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let mark = "\(lab.directory)/begun"
        let body = "trap 'sleep 1; exit 10' INT; echo >\(mark); while :; do sleep 0.1; done"
        // It has a session of its own, so the signal is for all of it, as from a terminal.
        let pid = try Spawn.start(
            Command(
                Lab.program, ["enter", lab.directory, "--", "/bin/sh", "-c", body],
                environment: Lab.environment), descriptors: [-1, -1, -1])
        for _ in 0..<600 where !Disk.exists(mark) { try await Task.sleep(for: .milliseconds(50)) }
        kill(-pid, SIGINT)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(status & 0x7F == 0 && (status >> 8) & 0xFF == 10)
    }
}

/// A socket that listens on 127.0.0.1, at a port of the kernel's choice.
struct Listener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw LabFailure("cannot listen on 127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
    }

    func end() { close(descriptor) }
}

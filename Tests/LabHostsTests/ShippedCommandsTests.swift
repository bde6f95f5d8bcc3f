import Glibc
import LabThreads
import Processes
import Testing

@testable import LabHosts

@Suite(.serialized, .onLabThreads) struct ShippedCommandsTests {
    /// A command of a shipped runbook that ends in 127 would fail in every drill
    /// for a reason no real estate has.
    @Test(.timeLimit(.minutes(10)))
    func `the lab knows every command of the shipped runbooks`() async throws {
        let commands = try ShippedCommands.all(Lab.library)
        #expect(commands.count > 40)
        let lab = try await Lab(Lab.folder("shipped"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        for isForServer in [true, false] {
            // One session for each kind of machine: the point is the exit codes.
            let mine = commands.filter { $0.isForServer == isForServer }
            let script = mine.enumerated().map { index, command in
                "(\(command.line)) </dev/null >/dev/null 2>&1; echo \(index) $?"
            }.joined(separator: "\n")
            let host = isForServer ? "oci-arm" : "layer7-vps1"
            let said = try lab.enter("ssh \(host) sh", input: script + "\n").output.text
            let codes = said.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(codes.count == mine.count)
            for code in codes where code.last == "127" {
                let command = mine[Int(code[0]) ?? 0].line
                if command.hasPrefix("'etcdctl'"), Lab.lacks("etcdctl") { continue }
                Issue.record("the lab does not know: \(command)")
            }
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `what is not on the machine, or not simulated, fails loudly with 127`() async throws {
        let lab = try await Lab(Lab.folder("loud"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        for line in [
            "docker ps -a", "iptables -L", "systemd-analyze blame", "journalctl -k", "qm list",
            "pvesh get /nodes", "terraform plan", "vault status", "no-such-program --x",
            "systemctl edit k3s", "k3s frobnicate", "ip route", "ss -ltnp", "timeout 5 gdb -p 1",
        ] {
            let ended = try lab.enter("ssh oci-arm \(line)")
            #expect(ended.ending == .exited(127), "\(line)")
            #expect(ended.error.text.contains("recover-lab") && ended.error.text.contains(line))
            #expect(ended.output.text.isEmpty)
        }
        // Nothing of the real machine's programs that would speak of it is there.
        let paths = "/usr/bin/systemctl /usr/sbin/iptables /usr/bin/apt /usr/bin/lsblk"
        let real = try lab.enter(
            "ssh oci-arm 'for f in \(paths); do readlink -f $f; done; test -x /usr/bin/apt'")
        #expect(real.ending == .exited(1))
        #expect(
            real.output.text.split(separator: "\n").prefix(2).allSatisfy { $0 == Sandbox.program })
    }
}

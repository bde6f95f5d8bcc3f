import Glibc
import LabHosts
import LabThreads
import Processes
import Testing

@Suite(.serialized, .onLabThreads) struct LabTests {
    @Test(.timeLimit(.minutes(10)))
    func `a session is on its node and passes everything through`() async throws {
        let lab = try await Lab(Lab.folder("session"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let hello = try lab.enter("ssh oci-arm 'cat; hostname; id -u; exit 7'", input: "hi\n")
        #expect(hello.ending == .exited(7))
        #expect(hello.output.text == "hi\noci-arm\n0\n")
        let placed = try lab.enter(
            "ssh layer7-vps1 'install -D -m 0600 /dev/stdin /etc/x/y && cat /etc/x/y'",
            input: "secret")
        #expect(placed.output.text == "secret")
        #expect(Disk.text("\(lab.directory)/nodes/layer7-vps1/etc/x/y") == "secret")
        let outside = try lab.enter(
            "exec 3<>/dev/tcp/1.1.1.1/80 || ssh -o ConnectTimeout=3 1.1.1.1 true")
        #expect(!outside.ending.isSuccess)
        let unknown = try lab.enter("ssh oci-arm systemctl frobnicate x")
        #expect(unknown.ending == .exited(127) && unknown.error.text.contains("frobnicate x"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a transient unit outlives its session and keeps its name`() async throws {
        let lab = try await Lab(Lab.folder("unit"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let run = "systemd-run --quiet --unit=recover-1 -p Type=exec -p RemainAfterExit=yes"
        let started = try lab.enter(
            "ssh oci-arm '\(run) -- sh -c \"sleep 1; echo done >/root/done; exit 3\"'")
        #expect(started.ending.isSuccess)
        let again = try lab.enter("ssh oci-arm '\(run) true'")
        #expect(again.ending == .exited(1))
        #expect(again.error.text.contains("Unit recover-1.service was already loaded"))
        let over = "until systemctl is-failed --quiet recover-1; do sleep 0.1; done"
        #expect(try lab.enter("ssh oci-arm '\(over)'").ending.isSuccess)
        let shown = try lab.enter("ssh oci-arm systemctl show recover-1 -p SubState,ExecMainStatus")
        #expect(shown.output.text == "SubState=failed\nExecMainStatus=3\n")
        #expect(Disk.text("\(lab.directory)/nodes/oci-arm/root/done") == "done\n")
    }

    @Test(.timeLimit(.minutes(10)))
    func `a dead node stays dead in a copied lab, and its replacement is another machine`()
        async throws
    {
        let folder = Lab.folder("copy")
        var lab = try await Lab(folder)
        let key = try lab.enter("ssh-keyscan -t ed25519 130.61.236.200").output.text
        #expect(try lab.run(["fault", folder, "kill-node oci-arm-free1"]).ending.isSuccess)
        #expect(try lab.run(["power", folder, "oci-arm-free1", "state"]).output.text == "off\n")
        lab.end(SIGTERM)
        let copy = folder + "-2"
        _ = try Command("/bin/cp", ["-a", folder, copy]).capture(deadline: .seconds(60))
        lab.remove()
        lab = try await Lab(copy)
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        #expect(try lab.run(["power", copy, "oci-arm-free1", "state"]).output.text == "off\n")
        #expect(try lab.enter("ssh -o ConnectTimeout=3 oci-arm-free1 true").ending == .exited(255))
        let question = #"{"ask":"confirm","attempt":"a1","rekey":"oci-arm-free1"}"#
        let first = try lab.run(["operator", copy], input: question).output.text
        #expect(try lab.run(["operator", copy], input: question).output.text == first)
        #expect(first.contains("ssh-ed25519") && !key.isEmpty)
        let new = key.split(separator: " ").last.map { $0.split(separator: "\n").joined() } ?? ""
        #expect(!first.contains(new))
        let blank = try lab.enter(
            "ssh oci-arm-free1 'systemctl is-enabled k3s-agent; test ! -e /etc/rancher/k3s/token'")
        #expect(blank.ending.isSuccess && blank.output.text == "disabled\n")
    }

    @Test(.timeLimit(.minutes(10)))
    func `a killed lab leaves no process behind`() async throws {
        let lab = try await Lab(Lab.folder("kill"))
        defer { lab.remove() }
        #expect(lab.processes.count > 3)
        lab.end(SIGKILL)
        try await Task.sleep(for: .milliseconds(500))
        #expect(lab.processes.isEmpty)
    }
}

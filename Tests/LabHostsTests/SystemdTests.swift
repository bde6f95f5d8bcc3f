import Glibc
import LabHosts
import LabThreads
import Processes
import Testing

@Suite(.serialized, .onLabThreads) struct SystemdTests {
    /// One lab for all: each line is what a procedure does, in its order.
    @Test(.timeLimit(.minutes(10)))
    func `units stand, start and stop as systemd has it`() async throws {
        let lab = try await Lab(Lab.folder("systemd"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        try masks(lab)
        try fences(lab)
        try waits(lab)
        try fails(lab)
    }

    private func ssh(_ lab: Lab, _ line: String) throws -> Captured {
        try lab.enter("ssh layer7-vps1 '\(line)'")
    }

    private func masks(_ lab: Lab) throws {
        func ssh(_ line: String) throws -> Captured { try self.ssh(lab, line) }
        // mask cannot replace the installer's file; another name it can.
        let mask = try ssh("systemctl mask k3s-agent")
        #expect(mask.ending == .exited(1))
        #expect(mask.error.text.contains("/etc/systemd/system/k3s-agent.service already exists"))
        #expect(
            try ssh("systemctl mask other && systemctl is-enabled other").output.text == "masked\n")
        #expect(try ssh("systemctl start other").error.text.contains("is masked"))
        #expect(try ssh("systemctl unmask other; systemctl start other").ending == .exited(5))
    }

    private func fences(_ lab: Lab) throws {
        func ssh(_ line: String) throws -> Captured { try self.ssh(lab, line) }
        // A fence takes effect when systemd has read it, not before.
        let drop = "/etc/systemd/system/k3s-agent.service.d"
        let fence = try ssh(
            "mkdir -p \(drop); printf \"[Unit]\\nConditionPathExists=!/etc/k3s-dr-fence\\n\""
                + " >\(drop)/10-dr-fence.conf; touch /etc/k3s-dr-fence; systemctl restart k3s-agent"
        )
        #expect(fence.ending.isSuccess && fence.error.text.contains("systemctl daemon-reload"))
        #expect(
            try ssh("systemctl show -p NeedDaemonReload --value k3s-agent").output.text == "yes\n")
        let fenced = try ssh(
            "systemctl daemon-reload; systemctl stop k3s-agent; systemctl start k3s-agent")
        #expect(fenced.ending.isSuccess && fenced.error.text.isEmpty)
        #expect(try ssh("systemctl is-active k3s-agent").ending == .exited(3))
        let status = try ssh("systemctl status k3s-agent")
        #expect(status.ending == .exited(3))
        #expect(status.output.text.contains("ConditionPathExists=!/etc/k3s-dr-fence was not met"))
        #expect(
            try ssh("systemctl cat k3s-agent").output.text.contains("# \(drop)/10-dr-fence.conf"))
        #expect(try ssh("rm -r \(drop); systemctl daemon-reload").ending.isSuccess)
    }

    private func waits(_ lab: Lab) throws {
        func ssh(_ line: String) throws -> Captured { try self.ssh(lab, line) }
        // start blocks until the agent has joined, unless told otherwise.
        let up = try ssh(
            "systemctl start k3s-agent;"
                + " systemctl is-active k3s-agent nothing")
        #expect(up.ending.isSuccess && up.output.text == "active\ninactive\n")
        let token = "/etc/rancher/k3s/token"
        let waiting = try ssh(
            "mv \(token) \(token).old; systemctl restart --no-block k3s-agent;"
                + " systemctl is-active k3s-agent; timeout 1 systemctl start k3s-agent; echo $?;"
                + " mv \(token).old \(token); systemctl start k3s-agent; systemctl is-active k3s-agent"
        )
        #expect(waiting.output.text == "activating\n124\nactive\n")
        let journal = try ssh("journalctl -u k3s-agent -n 50 --no-pager")
        #expect(journal.output.text.contains("Waiting for \(token) to be available"))
        #expect(journal.output.text.contains("layer7-vps1 systemd[1]: Started k3s-agent.service"))
        #expect(try ssh("journalctl -u nothing").output.text == "-- No entries --\n")
    }

    private func fails(_ lab: Lab) throws {
        func ssh(_ line: String) throws -> Captured { try self.ssh(lab, line) }
        // A failed unit, its end in words, and what takes it back.
        let failed = try ssh(
            "systemd-run --quiet --unit=bad -p Type=exec -- sh -c \"echo oh; exit 9\";"
                + " until systemctl is-failed bad; do sleep 0.1; done >/dev/null;"
                + " systemctl is-failed bad; systemctl --failed --no-legend; journalctl -u bad -o cat"
        )
        #expect(failed.output.text.contains("failed\n  bad.service loaded failed failed"))
        #expect(
            failed.output.text.contains(
                "oh\nbad.service: Main process exited, code=exited, status=9"))
        #expect(
            try ssh(
                "systemctl is-system-running; systemctl reset-failed; systemctl is-system-running"
            )
            .output.text == "degraded\nrunning\n")
    }

    @Test(.timeLimit(.minutes(10)))
    func `a unit's environment comes from its files, and a missing one is a failure`() async throws
    {
        let lab = try await Lab(Lab.folder("environment"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let unit = """
            [Service]
            Type=oneshot
            RemainAfterExit=yes
            Environment=GREETING=hello
            EnvironmentFile=/etc/demo.env
            ExecStart=/bin/sh -c 'echo "$GREETING $NAME" >/root/said; echo ${NAME}' sh $WORDS
            """
        let place = "cat >/etc/systemd/system/demo.service"
        #expect(try lab.enter("ssh oci-arm '\(place)'", input: unit).ending.isSuccess)
        let missing = try lab.enter("ssh oci-arm systemctl start demo")
        #expect(missing.ending == .exited(1) && missing.error.text.contains("Job for demo.service"))
        let started = try lab.enter(
            "ssh oci-arm 'echo NAME=\"you there\" >/etc/demo.env; systemctl start demo;"
                + " systemctl is-active demo; cat /root/said'")
        #expect(started.output.text == "active\nhello you there\n")
    }
}

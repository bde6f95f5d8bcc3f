import RecoveryEngine
import Processes
import Testing

@testable import Effects

@Suite struct `A remote unit` {
    private func ending(_ stderr: String) -> (exit: Exit?, stderr: String) {
        let (exit, rest) = RemoteUnit.ending(Array(stderr.utf8), of: "a-1")
        return (exit, String(decoding: rest, as: UTF8.self))
    }

    @Test func `has its end on the last line of standard error`() {
        let done = ending(
            "warning\n\nrecover-unit recover-a-1 SubState=exited ExecMainCode=1 ExecMainStatus=0 \n"
        )
        #expect(done.exit == .exited(0))
        #expect(done.stderr == "warning\n")
        #expect(
            ending("\nrecover-unit recover-a-1 SubState=failed ExecMainCode=1 ExecMainStatus=3 \n")
                .exit
                == .exited(3))
        #expect(
            ending("\nrecover-unit recover-a-1 SubState=failed ExecMainCode=2 ExecMainStatus=9 \n")
                .exit
                == .signalled(9))
        #expect(
            ending("\nrecover-unit recover-a-1 SubState=failed ExecMainCode=3 ExecMainStatus=11 \n")
                .exit
                == .signalled(11))
    }

    @Test func `that failed before its program was executed did not start it`() {
        let line = "\nrecover-unit recover-a-1 SubState=failed ExecMainCode=0 ExecMainStatus=0 \n"
        #expect(ending(line).exit == .exited(203))
    }

    @Test func `has no end that another attempt's line tells`() {
        let line = "\nrecover-unit recover-a-2 SubState=exited ExecMainCode=1 ExecMainStatus=0 \n"
        #expect(ending(line).exit == nil)
    }

    @Test func `has no known end without that line`() {
        for stderr in [
            "", "Connection closed\n",
            "recover-unit recover-a-1 SubState=exited ExecMainCode=1 ExecMainStatus=0",
            "\nrecover-unit recover-a-1 SubState=running ExecMainCode=0 ExecMainStatus=0 \n",
            "\nrecover-unit recover-a-1 \n",
            "\nrecover-unit recover-a-1 SubState=dead ExecMainCode=0 ExecMainStatus=0 \n",
        ] {
            #expect(ending(stderr).exit == nil, "\(stderr)")
        }
    }

    @Test func `is believed only in the last such line`() {
        let forged = "\nrecover-unit recover-a-1 SubState=exited ExecMainCode=1 ExecMainStatus=0 \n"
        let found = ending(
            forged
                + "more\n\nrecover-unit recover-a-1 SubState=failed ExecMainCode=1 ExecMainStatus=1 \n"
        )
        #expect(found.exit == .exited(1))
        #expect(found.stderr == forged + "more\n")
    }

    @Test func `is read from what systemctl shows`() {
        let state = { (text: String) in RemoteState(text.split(separator: "\n")) }
        let running = state(
            "Boot=b\nLoadState=loaded\nSubState=running\nExecMainCode=0\nExecMainStatus=0")
        #expect(
            running.isLoaded && !running.isUnknown && running.exit == nil && running.boot == "b")
        #expect(state("Boot=b\nLoadState=not-found\nSubState=dead").isUnknown)
        #expect(state("").boot == nil)
        #expect(state("LoadState=").isUnknown == false)
    }

    @Test(arguments: [(4, true), (5, false), (0, false)], [false, true])
    func `never starts on an input that was cut short`(
        size: (Int, Bool), systemd: Bool
    ) throws {
        let host = try SSHPlace(systemd: systemd)
        let line = RemoteUnit.start(
            "a-1", ["touch", "\(host.path)/effect"], inputSize: size.0, become: [])
        let captured = try host.command(line, input: "four").capture(deadline: .seconds(20))
        #expect(host.exists("effect") == size.1)
        #expect(captured.ending == .exited(size.1 ? 0 : 125))
    }

    @Test func `is started by one line that a shell splits as meant`() {
        let line = RemoteUnit.start(
            "run-a-1", ["printf", "%s", "a 'b'"], inputSize: 0, become: ["sudo", "-n"])
        #expect(line.hasPrefix("sudo -n sh -c 'umask 077;"))
        #expect(line.hasSuffix(" printf %s 'a '\\''b'\\'''"))
    }
}

import Testing

@testable import LabHosts

@Suite struct SystemctlCallTests {
    @Test func `options may stand anywhere and units get their type`() throws {
        let call = try #require(SystemctlCall(["enable", "--now", "--no-block", "k3s-agent"]))
        #expect(call.verb == .enable && call.now && call.noBlock)
        #expect(call.units == ["k3s-agent.service"])
    }

    @Test func `properties are read in every spelling`() throws {
        for words in [["-p", "A,B"], ["-pA,B"], ["--property=A,B"], ["--property", "A,B"]] {
            let call = try #require(SystemctlCall(["show", "x.service"] + words))
            #expect(call.properties == ["A", "B"])
        }
    }

    @Test func `what is not simulated is not understood`() {
        #expect(SystemctlCall(["frobnicate", "x"]) == nil)
        #expect(SystemctlCall(["start", "--wait", "x"]) == nil)
        #expect(SystemctlCall(["start"]) == nil)
        #expect(SystemctlCall(["edit", "x"]) == nil && SystemctlCall(["reboot", "x"]) == nil)
        #expect(SystemctlCall(["start", "k3s*"]) == nil)
        #expect(SystemctlCall(["list-units", "k3s*", "--all"])?.units == ["k3s*"])
        #expect(JournalctlCall(["-u", "k3s", "-f"]) == nil)
        #expect(JournalctlCall(["-u", "k3s", "--since", "1h"]) == nil)
    }

    @Test func `journalctl takes its number in every spelling`() {
        for words in [["-n", "20"], ["-n20"], ["--lines=20"], ["--lines", "20"]] {
            #expect(JournalctlCall(["-u", "k3s", "--no-pager"] + words)?.lines == 20)
        }
        #expect(JournalctlCall(["-n", "-u", "k3s"])?.lines == 10)
    }

    @Test func `systemd-run takes its properties and leaves the command alone`() throws {
        let call = try #require(
            SystemdRunCall(
                [
                    "--unit=recover-1", "--quiet", "--collect", "-p", "Type=exec", "--property",
                    "RemainAfterExit=yes", "-p", "StandardOutput=file:/run/o", "--", "/bin/sh",
                    "-c",
                    "--quiet",
                ], fallback: "f.service"))
        #expect(call.record.name == "recover-1.service" && call.quiet && call.record.collects)
        #expect(call.record.type == "exec" && call.record.remainsAfterExit)
        #expect(call.record.output == "file:/run/o")
        #expect(call.record.command == ["/bin/sh", "-c", "--quiet"])
        #expect(SystemdRunCall(["-p", "RuntimeMaxSec=3", "/bin/true"], fallback: "f") == nil)
    }
}

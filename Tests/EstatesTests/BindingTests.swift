import Estates
import Testing
import YAML

@Suite struct `A binding` {
    private static let right = """
        binding: 1
        estate: e
        lab: { operator: [/usr/bin/recover-lab, answer], settle: 2s }
        clusters:
          c: { uid: u, ca: /ca.pem, ca-sha256: abc, kubeconfig: /kube }
        nodes:
          n: { address: 10.0.0.1, user: ops, host-key: ssh-ed25519 AAAA, port: 2222, become: [sudo, -n] }
        power:
          n: { state: [/bin/power, state], off: [/bin/power, "off"] }
        secrets: { token: /token }
        sources:
          desired: { url: "https://git", branch: main, path: clusters }

        """

    private func read(_ text: String) throws -> (binding: Binding?, findings: [String]) {
        try Files.with(text) { path in
            do throws(Diagnostics) {
                return (try Binding(reading: path), [])
            } catch { return (nil, error.list.map { "\($0.code) \($0.mark?.description ?? "")" }) }
        }
    }

    @Test func `says how the estate is reached`() throws {
        let (found, findings) = try read(Self.right)
        #expect(findings == [])
        let binding = try #require(found)
        #expect(binding.estate == "e")
        #expect(binding.lab?.settle == .seconds(2))
        #expect(binding.lab?.operatorCommand == ["/usr/bin/recover-lab", "answer"])
        #expect(binding.hosts["n"]?.port == 2222)
        #expect(binding.hosts["n"]?.become == ["sudo", "-n"])
        #expect(binding.power["n"]?.off == ["/bin/power", "off"])
        #expect(binding.secrets == ["token": "/token"])
        #expect(binding.sources["desired"]?.path == "clusters")
        #expect(binding.clusters["c"]?.caDigest == "abc")
    }

    @Test(arguments: [
        ("B47 port 0", "port: 2222", "port: 0", "ES-ADDR 7:6"),
        ("B47 port 70000", "port: 2222", "port: 70000", "ES-ADDR 7:6"),
        ("B47 port 22a", "port: 2222", "port: 22a", "ES-ADDR 7:6"),
        ("B48 host", "10.0.0.1", "\"`id`.x\"", "ES-HOST 7:6"),
        ("B48 option", "10.0.0.1", "-lroot", "ES-HOST 7:6"),
        ("B48 user", "user: ops", "user: $x", "ES-USER 7:6"),
        ("B48 user -l", "user: ops", "user: -l", "ES-USER 7:6"),
        ("no key", "host-key: ssh-ed25519 AAAA, ", "", "BD-MISSING 7:6"),
        ("no uid", "uid: u, ", "", "BD-MISSING 5:6"),
        ("a relative program", "[/bin/power, state]", "[power, state]", "BD-ARGV 9:6"),
        ("unknown member", "secrets:", "secret:", "BD-UNKNOWN 10:1"),
        ("another format", "binding: 1", "binding: 2", "BD-VERSION 1:1"),
    ])
    func `that is wrong is told where`(name: String, from: String, to: String, expected: String)
        throws
    {
        let findings = try read(Self.right.replacing(first: from, with: to)).findings
        #expect(findings == [expected], "\(name)")
    }
}

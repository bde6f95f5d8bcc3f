import Estates
import Glibc
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
          desired: { url: "https://git/x", branch: main, path: clusters }

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
        ("B47 port -1", "port: 2222", "port: -1", "ES-ADDR 7:6"),
        ("B47 zone", "10.0.0.1", "'fe80::1%eth0'", "ES-HOST 7:6"),
        ("B47 space", "10.0.0.1", "10.0.0 .1", "ES-HOST 7:6"),
        ("T3 short form", "10.0.0.1", "'10.1'", "ES-HOST 7:6"),
        ("T3 octal", "10.0.0.1", "010.0.0.1", "ES-HOST 7:6"),
        ("T3 user $", "user: ops", "user: 'o$(id)'", "ES-USER 7:6"),
        ("T3 user 33", "user: ops", "user: abcdefghijklmnopqrstuvwxyzabcdefg", "ES-USER 7:6"),
        ("T3 user @", "user: ops", "user: o@h", "ES-USER 7:6"),
        ("B43 no key", "host-key: ssh-ed25519 AAAA, ", "", "ES-IDENT 7:6"),
        ("B43 no key at all", "ssh-ed25519 AAAA", "''", "ES-IDENT 7:6"),
        ("B43 half a key", "ssh-ed25519 AAAA", "ssh-ed25519", "ES-IDENT 7:6"),
        ("B43 two keys", "ssh-ed25519 AAAA", "\"ssh-ed25519 AAAA\\n* ssh-rsa AAAA\"", "ES-IDENT 7:6"),
        ("B43 a marker", "ssh-ed25519 AAAA", "'@cert-authority * ssh-rsa AAAA'", "ES-IDENT 7:6"),
        ("a name that is a pattern", "  n: { address", "  'n*': { address", "ES-NAME 7:3"),
        (
            "B42 one address twice", "power:", """
              m: { address: 10.0.0.1, user: o, host-key: ssh-rsa AA, port: 2222 }
            power:
            """, "ES-DUP 8:6"
        ),
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

    @Test func `of a node at an IPv6 address is read`() throws {
        let text = Self.right.replacing(first: "10.0.0.1", with: "'fd00::1'")
        #expect(try read(text).binding?.hosts["n"]?.address == "fd00::1")
    }

    @Test(arguments: [(0o600, true), (0o644, true), (0o664, false), (0o646, false), (0o622, false)])
    func `that others may write is refused`(mode: mode_t, isRead: Bool) throws {
        let findings = try Files.with(Self.right) { path in
            chmod(path, mode)
            return codes(path)
        }
        #expect(findings == (isRead ? [] : ["ES-PERM"]))
    }

    @Test func `that is a symbolic link is refused`() throws {
        let findings = try Files.with(Self.right) { path in
            let link = path + "-link"
            symlink(path, link)
            defer { unlink(link) }
            return codes(link)
        }
        #expect(findings == ["ES-PERM"])
    }

    /// Only root can give a file away; others cannot make the case.
    @Test(.enabled(if: geteuid() == 0)) func `that belongs to somebody else is refused`() throws {
        let findings = try Files.with(Self.right) { path in
            chmod(path, 0o600)
            chown(path, 65534, 65534)
            return codes(path)
        }
        #expect(findings == ["ES-PERM"])
    }

    private func codes(_ path: String) -> [String] {
        do throws(Diagnostics) {
            _ = try Binding(reading: path)
            return []
        } catch { return error.list.map(\.code) }
    }
}

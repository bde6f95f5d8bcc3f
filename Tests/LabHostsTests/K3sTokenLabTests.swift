import Glibc
import LabHosts
import LabThreads
import Processes
import Testing

/// Tokens and certificates of a k3s server.
@Suite(.serialized, .onLabThreads) struct K3sTokenLabTests {
    @Test(.timeLimit(.minutes(10)))
    func `a token is rotated, certificates end, and a start renews them`() async throws {
        let folder = Lab.folder("tokens")
        try SmallEstate.write("\(folder)-library", datastore: "sqlite", servers: 1)
        let lab = try await Lab(folder, estate: "small", library: "\(folder)-library")
        defer {
            lab.end(SIGTERM)
            lab.remove()
            Lab.wipe("\(folder)-library")
        }
        func server(_ line: String) throws -> Captured {
            try lab.enter("ssh s1 sh -s", input: line)
        }
        func fault(_ name: String) throws {
            let done = try lab.run(["fault", lab.directory, name, "s1"])
            #expect(done.ending.isSuccess, "\(done.error.text)")
        }
        let ready = "kubectl get nodes --no-headers | grep -q ' Ready '"
        func isReady() async throws {
            #expect(try await Lab.waits { try lab.enter(ready).ending.isSuccess })
        }
        try await isReady()
        try bootstrapTokens(server)
        try await certificates(server)
        try await isReady()
        let wrong = try server("k3s token rotate --token another --new-token next")
        #expect(wrong.ending == .exited(1) && wrong.error.text.contains("401 Unauthorized"))
        let rotated = try server(
            "cp /var/lib/rancher/k3s/server/token /root/old; k3s token rotate --new-token next")
        #expect(rotated.output.text.contains("Token rotated, restart k3s nodes with new token"))
        #expect(
            try server("grep -c ::server:next$ /var/lib/rancher/k3s/server/token").output.text
                == "1\n")
        let env = "/etc/systemd/system/k3s.service.env"
        // The old one opens nothing any more.
        _ = try server(
            "systemctl stop k3s; echo K3S_TOKEN=$(cat /root/old) > \(env); systemctl start --no-block k3s"
        )
        let refused = "journalctl -u k3s | grep -q 'encrypted with different token'"
        #expect(try await Lab.waits { try server(refused).ending.isSuccess })
        _ = try server(
            "systemctl stop k3s; : > \(env); echo next > /var/lib/rancher/k3s/server/token; "
                + "systemctl start --no-block k3s")
        try await isReady()
        try fault("expire-server-certificate")
        let expired = "kubectl get nodes 2>&1 | grep -q 'x509: certificate has expired'"
        #expect(try lab.enter(expired).ending.isSuccess)
        #expect(try server("systemctl restart k3s").ending.isSuccess)
        try await isReady()
        try fault("expire-node-certificate")
        #expect(try lab.enter("kubectl get nodes | grep -q NotReady").ending.isSuccess)
        #expect(
            try server("journalctl -u k3s | grep -q 'certificate has expired'").ending.isSuccess)
        let agent = "/var/lib/rancher/k3s/agent/client-kubelet.crt"
        #expect(try !server("openssl x509 -noout -checkend 0 -in \(agent)").ending.isSuccess)
        #expect(try server("systemctl restart k3s").ending.isSuccess)
        try await isReady()
        #expect(try server("openssl x509 -noout -checkend 0 -in \(agent)").ending.isSuccess)
    }

    /// What the commands say of certificates, and what has none of.
    private func certificates(_ server: (String) throws -> Captured) async throws {
        let none = try server("k3s etcd-snapshot save --name x")
        #expect(none.ending == .exited(1))
        #expect(none.error.text.contains("unable to perform etcd snapshot on non-etcd system"))
        let table = try server("k3s certificate check --output table").output.text
        let row = try #require(
            table.split(separator: "\n").first { $0.contains("client-admin.crt") })
        #expect(row.contains("OK"), "\(table)")
        let tls = "/var/lib/rancher/k3s/server/tls"
        func serials() throws -> [Substring] {
            try server(
                "for name in client-admin client-ca; do "
                    + "openssl x509 -noout -serial -in \(tls)/$name.crt; done"
            ).output.text.split(separator: "\n")
        }
        /// Whether the API shows a certificate with the name the server is told of.
        func isNamed() throws -> Bool {
            try server(
                "openssl s_client -connect 10.77.0.1:6443 </dev/null 2>&1 |"
                    + " openssl x509 -noout -ext subjectAltName | grep -q 10.9.9.9"
            ).ending.isSuccess
        }
        let before = try serials()
        _ = try server("echo tls-san: 10.9.9.9 >>/etc/rancher/k3s/config.yaml")
        #expect(try !isNamed())
        let rotated = try server(
            "systemctl stop k3s; k3s certificate rotate; systemctl start --no-block k3s")
        #expect(rotated.error.text.contains("Successfully backed up certificates to"))
        _ = try server(
            "for n in $(seq 100); do [ -e \(tls)/client-admin.crt ] && exit; sleep 0.1; done")
        let after = try serials()
        #expect(after.count == 2 && after[0] != before[0] && after[1] == before[1])
        #expect(try await Lab.waits { try isNamed() })
    }

    /// Tokens agents may join with, beside the cluster's own.
    private func bootstrapTokens(_ server: (String) throws -> Captured) throws {
        let made = try server("k3s token create --description drill").output.text
        #expect(made.hasPrefix("K10") && made.contains("::"))
        let list = try server("k3s token list").output.text.split(separator: "\n").map(String.init)
        #expect(list.count == 2 && list[1].contains("drill"))
        let id = list[1].prefix(6)
        #expect(
            try server("k3s token delete \(id)").output.text
                == "bootstrap token \"\(id)\" deleted\n")
        #expect(try server("k3s token frobnicate").ending == .exited(127))
    }
}

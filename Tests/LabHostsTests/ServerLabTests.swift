import Glibc
import JSON
import LabHosts
import LabThreads
import Processes
import Testing

/// A small estate written for one test: machines `s1`, `s2` … of one cluster.
enum SmallEstate {
    /// Writes it below `root`; the library is `root` itself.
    static func write(_ root: String, datastore: String, servers: Int) throws {
        let folder = "\(root)/snapshots/small"
        try Disk.makeFolder(folder)
        let nodes = (1...servers).map { number in
            """
              - { name: s\(number), cluster: small, role: server, architecture: arm64, \
            operating-system: Debian, version: v1.33.3+k3s1, kernel: "6", \
            address: { internal: 10.77.0.\(number) }, labels: {}, taints: [] }
            """
        }
        try Disk.write(
            "\(folder)/estate.yaml",
            """
            estate: 1
            name: small
            title: A test's own
            owner: nobody
            clusters:
              - { name: small, distribution: k3s, version: v1.33.3+k3s1, datastore: \(datastore), \
            api: "https://10.77.0.1:6443" }
            nodes:
            \(nodes.joined(separator: "\n"))

            """)
        try Disk.write(
            "\(folder)/lab.yaml",
            """
            lab: 1
            estate: small
            repository: { files: { README: nothing } }
            world:
              small:
                - { apiVersion: v1, kind: ConfigMap, metadata: { name: born, namespace: default } }

            """)
    }
}

@Suite(.serialized, .onLabThreads) struct ServerLabTests {
    private func up(_ name: String, datastore: String, servers: Int) async throws -> Lab {
        let folder = Lab.folder(name)
        try SmallEstate.write("\(folder)-library", datastore: datastore, servers: servers)
        return try await Lab(folder, estate: "small", library: "\(folder)-library")
    }

    private func end(_ lab: Lab) {
        lab.end(SIGTERM)
        lab.remove()
        _ = try? Command(
            "/bin/rm", ["-rf", "\(lab.directory)-library", "\(lab.directory)-copy"]
        )
        .capture(deadline: .seconds(30))
    }

    /// Runs `line` in the lab until it succeeds; what it printed last.
    private func insist(_ lab: Lab, _ line: String) async throws -> String {
        var last = ""
        for _ in 0..<300 {
            let done = try lab.enter(line)
            last = done.output.text + done.error.text
            if done.ending.isSuccess { return done.output.text }
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("\(line): \(last)")
        return last
    }

    @Test(.timeLimit(.minutes(10)))
    func `an SQLite server is restored by hand, with its token or not at all`() async throws {
        let lab = try await up("kine", datastore: "sqlite", servers: 1)
        defer { end(lab) }
        let uid = "kubectl get ns kube-system -o 'jsonpath={.metadata.uid}'"
        let before = try lab.enter(uid).output.text
        #expect(before.count == 36)
        let data = "/var/lib/rancher/k3s/server"
        let save = "cp \(data)/db/state.db /root/state.db && cp \(data)/token /root/token"
        let saved = try lab.enter("ssh s1 'systemctl stop k3s && \(save)'")
        #expect(saved.ending.isSuccess, "\(saved.error.text)")
        let wipe = "cd \(data) && mkdir /root/old && mv db tls cred token /root/old/"
        let place = "mkdir -m 700 db && cp /root/state.db db/ && cp /root/token token"
        let env = "/etc/systemd/system/k3s.service.env"
        let wrong = "echo \"K3S_TOKEN=another\" > \(env) && systemctl start --no-block k3s"
        let refused = try lab.enter("ssh s1 '\(wipe) && \(place) && \(wrong)'")
        #expect(refused.ending.isSuccess, "\(refused.error.text)")
        _ = try await insist(
            lab, "ssh s1 journalctl -u k3s --no-pager | grep -q 'encrypted with different token'")
        let started = try lab.enter(
            "ssh s1 'systemctl stop k3s; : > \(env); systemctl start --no-block k3s'")
        #expect(started.ending.isSuccess, "\(started.error.text)")
        let after = try await insist(lab, uid)
        #expect(after == before)
        #expect(try lab.enter("kubectl get cm born -o name").output.text == "configmap/born\n")
        // Without the backup it is another cluster, and the old kubeconfig is void.
        _ = try lab.enter(
            "ssh s1 'systemctl stop k3s; rm -rf /root/old; \(wipe); systemctl start --no-block k3s'"
        )
        let words = try lab.enter("kubectl get cm 2>&1 || true").output.text
        #expect(!words.contains("born"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `three servers are reset to a snapshot and join again`() async throws {
        var lab = try await up("etcd", datastore: "etcd", servers: 3)
        defer { end(lab) }
        let tls = "/var/lib/rancher/k3s/server/tls/etcd"
        let program = "\(Tools.environment("RECOVER_LAB_TOOLS") ?? "")/usr/bin/etcdctl"
        func list(_ number: Int) -> String {
            let folder = "\(lab.directory)/nodes/s\(number)\(tls)"
            return "ETCDCTL_API=3 \(program) --endpoints https://10.77.0.\(number):2379 "
                + "--cacert \(folder)/server-ca.crt --cert \(folder)/client.crt "
                + "--key \(folder)/client.key member list"
        }
        let members = try await insist(lab, list(1))
        #expect(members.split(separator: "\n").filter { $0.hasSuffix("false") }.count == 3)
        let saved = try lab.enter("ssh s1 k3s etcd-snapshot save --name drill")
        #expect(saved.ending.isSuccess, "\(saved.error.text)")
        try listAndDelete(lab)
        let place = "ssh s1 'cp /var/lib/rancher/k3s/server/db/snapshots/drill-s1-* /root/snapshot'"
        #expect(try lab.enter(place).ending.isSuccess)
        let late = try lab.enter("kubectl label configmap born when=late")
        #expect(late.ending.isSuccess, "\(late.error.text)")
        let copy = try copyWhileWritten(lab)
        for node in ["s1", "s2", "s3"] {
            #expect(try lab.enter("ssh \(node) systemctl disable --now k3s").ending.isSuccess)
        }
        try reset(lab)
        // Who joins while nobody answers says so, and asks again.
        try again("s2", lab)
        _ = try await insist(lab, "ssh s2 journalctl -u k3s | grep 'failed to get CA certs'")
        _ = try lab.enter("ssh s1 systemctl enable --now --no-block k3s")
        let born = try await insist(lab, "kubectl get configmap born -o name")
        #expect(born == "configmap/born\n")
        let labelled = try lab.enter("kubectl get configmap -l when=late -o name")
        #expect(labelled.ending.isSuccess && labelled.output.text.isEmpty)
        try await joinOtherwise("s3", lab)
        for node in ["s2", "s3"] {
            _ = try await insist(lab, "kubectl --server https://\(address(node)):6443 get nodes")
        }
        let voters = try await insist(lab, list(1))
        #expect(voters.split(separator: "\n").filter { $0.hasSuffix("false") }.count == 3)
        // A Node that is deleted takes its member along.
        let deleted = try lab.enter("ssh s3 systemctl disable --now k3s; kubectl delete node s3")
        #expect(deleted.ending.isSuccess, "\(deleted.error.text)")
        _ = try await insist(lab, "test $(\(list(1)) | wc -l) = 2")
        // The copy knows nothing of all that: three members, and what was there then.
        lab.end(SIGTERM)
        _ = try Command("/bin/rm", ["-rf", lab.directory]).capture(deadline: .seconds(60))
        try Disk.move(copy, to: lab.directory)
        lab = try await Lab(
            lab.directory, estate: "small", library: "\(lab.directory)-library")
        let then = try await insist(lab, "kubectl get configmap -l when=late -o name")
        #expect(then == "configmap/born\n")
        let again = try await insist(lab, list(2))
        #expect(again.split(separator: "\n").filter { $0.hasSuffix("false") }.count == 3)
    }

    private let config = "/etc/rancher/k3s/config.yaml"

    private func listAndDelete(_ lab: Lab) throws {
        func snapshots(_ words: String) throws -> String {
            let done = try lab.enter("ssh s1 k3s etcd-snapshot \(words)")
            #expect(done.ending.isSuccess, "\(words): \(done.error.text)")
            return done.output.text
        }
        _ = try snapshots("save --name other")
        let both = try snapshots("ls").split(separator: "\n").dropFirst()
            .compactMap { $0.split(separator: " ").first }
        #expect(both.count == 2)
        let other = try #require(both.first { $0.hasPrefix("other-s1-") })
        _ = try snapshots("delete \(other)")
        let left = try snapshots("ls")
        #expect(left.contains("drill-s1-") && !left.contains("other-s1-"))
    }

    /// A reset to `/root/snapshot` on `s1`. Who types `k3s server` is given what
    /// stands in config.yaml, and nothing of what the unit is given.
    private func reset(_ lab: Lab) throws {
        let env = "/etc/systemd/system/k3s.service.env"
        let command = "k3s server --cluster-reset --cluster-reset-restore-path=/root/snapshot"
        let unit = "echo K3S_URL=https://10.77.0.2:6443 >\(env)"
        _ = try lab.enter("ssh s1 '\(unit); cp \(config) /root/; echo etcd-s3: true >>\(config)'")
        let remote = try lab.enter("ssh s1 '\(command)'")
        #expect(remote.ending == .exited(1))
        #expect(remote.error.text.contains("Retrieving etcd snapshot /root/snapshot from S3"))
        let reset = try lab.enter("ssh s1 '\(command) --etcd-s3=false'")
        #expect(reset.ending.isSuccess, "\(reset.error.text)")
        #expect(reset.error.text.contains("Managed etcd cluster membership has been reset"))
        _ = try lab.enter("ssh s1 ': >\(env); cp /root/config.yaml \(config)'")
        let joined = try lab.enter("ssh s2 '\(command)'")
        #expect(joined.ending == .exited(1))
        #expect(joined.error.text.contains("cannot perform cluster-reset while server URL is set"))
    }

    /// A server that is set up otherwise than those that are there is refused, until it is not.
    private func joinOtherwise(_ node: String, _ lab: Lab) async throws {
        _ = try lab.enter(
            "ssh \(node) 'cp \(config) /root/; echo cluster-cidr: 10.9.0.0/16 >>\(config)'")
        try again(node, lab)
        let mismatch = "critical configuration value mismatch"
        _ = try await insist(lab, "ssh \(node) journalctl -u k3s | grep '\(mismatch)'")
        _ = try lab.enter("ssh \(node) cp /root/config.yaml \(config)")
    }

    /// Starts a server without its data: it joins anew.
    private func again(_ node: String, _ lab: Lab) throws {
        let aside = "mv /var/lib/rancher/k3s/server/db /root/db-before"
        let done = try lab.enter("ssh \(node) '\(aside) && systemctl enable --now --no-block k3s'")
        #expect(done.ending.isSuccess, "\(done.error.text)")
    }

    /// A copy of the lab, taken while somebody writes into its etcd.
    private func copyWhileWritten(_ lab: Lab) throws -> String {
        let copy = "\(lab.directory)-copy"
        let write = "kubectl annotate --overwrite configmap born number=$number >/dev/null"
        let copied = try lab.enter(
            "(for number in $(seq 100); do \(write); done) & "
                + "recover-lab copy \(lab.directory) \(copy); code=$?; kill $!; exit $code")
        #expect(copied.ending.isSuccess, "\(copied.error.text)")
        return copy
    }

    private func address(_ node: String) -> String { "10.77.0.\(node.dropFirst())" }
}

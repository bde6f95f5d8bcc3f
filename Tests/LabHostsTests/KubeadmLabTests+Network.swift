import JSON
import LabHosts
import Processes
import Testing

/// The only server of a kubeadm's cluster without its cable, and elsewhere.
extension KubeadmLabTests {
    private static let spare = "10.0.20.199"
    /// ssh to where it is, whose key is known by where it was.
    private static let there =
        "ssh -o HostKeyAlias=10.0.20.100 -o HostName=\(spare) k8s-master sh -s"

    private func moved(_ script: String) throws -> Captured {
        try lab.enter(Self.there, input: script)
    }

    /// When a Node became what it is.
    private func since(_ node: String) throws -> String {
        try lab.enter(
            "kubectl get node \(node) "
                + "-o jsonpath='{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}'"
        ).output.text
    }

    /// It goes on unseen; the others are Unknown to it until it is back.
    func cutOff() async throws {
        let (master, worker) = try (since("k8s-master"), since("k8s-node1"))
        try fault("cut-network k8s-master")
        let away = try lab.enter("kubectl get --raw /readyz --request-timeout=1s")
        #expect(!away.ending.isSuccess && !away.error.text.contains("refused"))
        let ssh = try lab.enter("ssh -o ConnectTimeout=1 k8s-master true")
        #expect(ssh.ending == .exited(255) && ssh.error.text.contains("timed out"))
        #expect(
            try on("k8s-node1", "systemctl is-active kubelet").output.text == "active\n")
        let isUnknown = try await Lab.waits(seconds: 60) {
            let state = try lab.run(["state", "--json", lab.directory]).output.text
            return try JSONValue(parsing: Array(state.utf8)).at("hosts", "k8s-node1", "ready") == "Unknown"
        }
        #expect(isUnknown)
        try fault("cut-network k8s-master", "mend")
        try await isReady()
        #expect(try since("k8s-master") == master)
        #expect(try since("k8s-node1") != worker)
        #expect(try self.master("\(Self.etcdctl) endpoint health").ending.isSuccess)
    }

    /// Nobody looks for it where it is now: neither its certificate nor the
    /// files of the kubelets, its own among them, nor etcd's manifest say so.
    func drift() async throws {
        let taken = try lab.run([
            "fault", lab.directory, "drift-address", "k8s-master", "10.0.20.101",
        ])
        #expect(taken.ending == .exited(3) && taken.error.text.contains(Self.spare))
        try fault("drift-address k8s-master \(Self.spare)")
        #expect(try lab.enter("kubectl get nodes").error.text.contains("refused"))
        let kubectl = "kubectl --server https://\(Self.spare):6443"
        #expect(try lab.enter("\(kubectl) get nodes").error.text.contains("x509"))
        _ = try await insist(
            "test $(\(kubectl) --insecure-skip-tls-verify get nodes --no-headers "
                + "| grep -c ' NotReady ') = 5", local)
        let health = try moved("\(Self.etcdctl) endpoint health")
        #expect(health.ending.isSuccess, "\(health.error.text)")
        // Started again, etcd does not get the address its manifest names.
        let manifest = "/etc/kubernetes/manifests/etcd.yaml"
        #expect(try moved("mv \(manifest) /root/").ending.isSuccess)
        _ = try await insist("! \(Self.etcdctl) endpoint health", moved)
        #expect(try moved("mv /root/etcd.yaml \(manifest)").ending.isSuccess)
        _ = try await insist(
            "grep 'bind: cannot assign requested address' /var/log/pods/*etcd*/etcd/0.log", moved)
        try fault("drift-address k8s-master \(Self.spare)", "mend")
        // Its next attempt, and the API server that waits for it, find it there.
        try await isReady()
    }
}

import LabHosts
import LabThreads
import Processes
import Testing

@testable import LabHosts

/// Servers that vote in an etcd, without their network or with another address.
@Suite(.serialized, .onLabThreads) struct EtcdNetworkTests {
    @Test func `an etcd is known by where it listens, not by whom it knows`() {
        let all = "a=https://10.0.0.1:2380,b=https://10.0.0.2:2380"
        let k3s = [
            "/run/lab/etcd", "--listen-peer-urls", "https://10.0.0.1:2380", "--initial-cluster",
            all,
        ]
        #expect(Host.isEtcd(k3s, at: "10.0.0.1"))
        #expect(!Host.isEtcd(k3s, at: "10.0.0.2"))
        #expect(Host.isEtcd(["etcd", "--listen-peer-urls=https://10.0.0.1:2380"], at: "10.0.0.1"))
        #expect(!Host.isEtcd(["bwrap"] + k3s, at: "10.0.0.1"))
    }

    @Test(.timeLimit(.minutes(15)))
    func `two of three go on, one does not, and a moved one has to join anew`() async throws {
        let library = Lab.folder("voters-library")
        try Disk.makeFolder("\(library)/snapshots")
        _ = try Lab.command(
            "/bin/cp", ["-a", "\(Lab.library)/snapshots/rpi-ha", "\(library)/snapshots/"])
        let file = "\(library)/snapshots/rpi-ha/lab.yaml"
        let text = try #require(Disk.text(file))
        try Disk.write(
            file, text.replacing("addresses: [192.168.64.1]", with: "addresses: [192.168.64.99]"))
        let lab = try await Lab(Lab.folder("voters"), estate: "rpi-ha", library: library)
        defer {
            lab.end(15)
            lab.remove()
            Lab.wipe(library)
        }
        func fault(_ line: String, _ verb: String = "fault") throws {
            let done = try lab.run(
                [verb, lab.directory] + line.split(separator: " ").map(String.init))
            #expect(done.ending.isSuccess, "\(line): \(done.error.text)")
        }
        func succeeds(_ line: String) async throws {
            var last: Captured?
            let isSeen = try await Lab.waits(seconds: 90) {
                last = try lab.enter(line)
                return last?.ending.isSuccess == true
            }
            #expect(isSeen, "\(line): \(last?.output.text ?? "")\(last?.error.text ?? "")")
        }
        let third = "kubectl --server https://192.168.64.13:6443 --request-timeout=4s"
        try fault("cut-network rpi2")
        #expect(
            try lab.enter("kubectl get node rpi2 --no-headers").output.text.contains("NotReady"))
        #expect(try lab.enter("kubectl create configmap two-of-three").ending.isSuccess)
        try fault("cut-network rpi1")
        #expect(!(try lab.enter("\(third) create configmap one-of-three").ending.isSuccess))
        try fault("cut-network rpi1", "mend")
        try fault("cut-network rpi2", "mend")
        try await succeeds("test $(kubectl get nodes --no-headers | grep -c ' Ready ') = 10")
        try await succeeds("kubectl --server https://192.168.64.12:6443 get configmap two-of-three")

        try fault("drift-address rpi3 192.168.64.99")
        try await succeeds("kubectl get node rpi3 --no-headers | grep NotReady")
        let there = "ssh -o HostKeyAlias=192.168.64.13 -o HostName=192.168.64.99 rpi3"
        let started = try lab.enter(
            "\(there) 'sed -i s/64.13/64.99/ /etc/rancher/k3s/config.yaml; "
                + "timeout 3 systemctl restart k3s'")
        #expect(started.ending == .exited(124), "\(started.error.text)")
        try await succeeds(
            "\(there) journalctl -u k3s -n 9 | grep 'Failed to test etcd connection'")
        #expect(try lab.enter("kubectl delete node rpi3").ending.isSuccess)
        try await succeeds("kubectl get node rpi3 -o wide --no-headers | grep ' 192.168.64.99 '")
    }
}

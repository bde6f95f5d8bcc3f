import Glibc
import LabThreads
import Processes
import Testing

@testable import LabHosts

@Suite(.serialized, .onLabThreads) struct KubeletTests {
    @Test(.timeLimit(.minutes(10)))
    func `a manifest that is moved away ends its component, and brings it back`() async throws {
        let tiny = try TinyEstate("kubelet", cluster: "distribution: kubeadm")
        defer { tiny.remove() }
        let lab = try await tiny.lab()
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        func ssh(_ line: String) throws -> Captured { try lab.enter("ssh master \"\(line)\"") }
        let probe = "kubectl get --raw /readyz --request-timeout=3s"
        let control = "crictl ps --name 'kube-apiserver|etcd' -q"
        #expect(try lab.enter(probe).output.text == "ok")
        #expect(
            try ssh("systemctl is-active kubelet; kubelet --version").output.text
                == "active\nKubernetes v1.34.0\n")
        #expect(try ssh(control).output.text.split(separator: "\n").count == 2)
        let aside = "/etc/kubernetes/manifests.dr"
        #expect(
            try ssh("mkdir \(aside); mv /etc/kubernetes/manifests/*.yaml \(aside)").ending.isSuccess
        )
        #expect(try await Lab.waits { try ssh(control).output.text == "" })
        #expect(!(try lab.enter(probe).ending.isSuccess))
        #expect(try ssh("grep -h -- --name= \(aside)/etcd.yaml").output.text.contains("=master"))
        #expect(try ssh("mv \(aside)/*.yaml /etc/kubernetes/manifests").ending.isSuccess)
        #expect(try await Lab.waits { try lab.enter(probe).output.text == "ok" })
        // Without its kubelet a component goes on, whatever happens to the folder.
        #expect(
            try ssh("systemctl stop kubelet; mv /etc/kubernetes/manifests/*.yaml \(aside)").ending
                .isSuccess)
        #expect(try lab.enter(probe).output.text == "ok")
    }
}

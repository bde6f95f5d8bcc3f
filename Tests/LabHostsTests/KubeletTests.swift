import Glibc
import Processes
import Testing

@testable import LabHosts

@Suite(.serialized) struct KubeletTests {
    /// An estate of one machine, in the manner of kubeadm.
    private func library(_ folder: String) throws {
        try Disk.makeFolder("\(folder)/snapshots/tiny")
        try Disk.write(
            "\(folder)/snapshots/tiny/estate.yaml",
            """
            clusters:
              - { name: tiny, distribution: kubeadm, api: "https://10.9.0.1:6443", version: v1.34.0 }
            nodes:
              - { name: master, cluster: tiny, role: server, version: v1.34.0, address: { internal: 10.9.0.1 } }

            """)
        try Disk.write(
            "\(folder)/snapshots/tiny/lab.yaml",
            """
            lab: 1
            estate: tiny
            world: { tiny: [] }
            repository: { branch: main, path: ., files: { README.md: invented } }

            """)
    }

    @Test(.timeLimit(.minutes(10)))
    func `a manifest that is moved away ends its component, and brings it back`() async throws {
        let folder = Lab.folder("kubelet-library")
        defer { _ = try? Command("/bin/rm", ["-rf", folder]).capture(deadline: .seconds(30)) }
        try library(folder)
        let lab = try await Lab(Lab.folder("kubelet"), estate: "tiny", library: folder)
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

import Glibc
import LabHosts
import LabThreads
import Processes
import Testing

@Suite(.serialized, .onLabThreads) struct K3sMachineTests {
    @Test(.timeLimit(.minutes(10)))
    func `containers outlive k3s and end with killall; images can be carried`() async throws {
        let lab = try await Lab(Lab.folder("k3s"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        func ssh(_ line: String) throws -> Captured { try lab.enter("ssh layer7-vps1 '\(line)'") }
        let kubectl = try lab.enter("ssh oci-arm 'k3s kubectl get --raw /readyz'")
        #expect(kubectl.output.text == "ok")
        let file = try lab.enter(
            "ssh oci-arm 'stat -c %a /etc/rancher/k3s/k3s.yaml;"
                + " grep -c https://127.0.0.1:6443 /etc/rancher/k3s/k3s.yaml'")
        #expect(file.output.text == "600\n1\n")

        let running = try ssh("k3s crictl ps -q --name node-agent").output.text
        #expect(running.split(separator: "\n").count == 1)
        #expect(try ssh("crictl images").output.text.contains("registry.invalid/drill/node-agent"))
        let stopped = try ssh(
            "systemctl stop k3s-agent; crictl ps; pgrep -c -f containerd-shim")
        #expect(stopped.error.text.contains("containerd.sock: connect: no such file"))
        #expect((Int(stopped.output.text.split(separator: "\n").joined()) ?? 0) > 0)
        let killed = try ssh("k3s-killall.sh && pgrep -c -f containerd-shim; ip -br link")
        #expect(killed.output.text.contains("0\n") && !killed.output.text.contains("flannel"))
        #expect(
            try ssh("systemctl start k3s-agent; crictl ps -q --name node-agent").output.text != "")

        let image = "registry.invalid/drill/node-agent:1.0"
        let carried = try ssh(
            "k3s ctr -n k8s.io images export /root/a.tar \(image) &&"
                + " ctr -n k8s.io images rm \(image) && ! k3s crictl inspecti \(image) &&"
                + " k3s ctr -n k8s.io images import /root/a.tar && k3s ctr images ls -q")
        #expect(carried.output.text.contains("\(image)...done\n"))
        // Once as what was removed, once as what is there again.
        #expect(carried.output.text.split(separator: "\n").filter { $0 == image }.count == 2)
        // A pull goes where the kubelet's go, and what it brings can be carried.
        let pulled = try ssh(
            "crictl pull busybox && crictl images && "
                + "ctr images export /root/b.tar docker.io/library/busybox:latest && "
                + "tar -tf /root/b.tar")
        #expect(pulled.ending.isSuccess, "\(pulled.error.text)")
        #expect(pulled.output.text.contains("docker.io/library/busybox latest"))
        #expect(pulled.output.text.contains("index.json"))
        // A start brings back what lies beside, without a registry.
        let images = "/var/lib/rancher/k3s/agent/images"
        let restarted = try ssh(
            "mkdir -p \(images) && cp /root/b.tar \(images)/ && : > \(images)/broken.tar;"
                + " ctr -n k8s.io images rm docker.io/library/busybox:latest;"
                + " crictl images | grep -c busybox;"
                + " systemctl restart k3s-agent && crictl images | grep -c busybox")
        #expect(restarted.output.text.hasSuffix("0\n1\n"), "\(restarted)")
        let words = try ssh("journalctl -u k3s-agent | grep -c \"importing \(images)/broken.tar\"")
        #expect(words.output.text == "1\n")
        let lost = try ssh("crictl pull registry.invalid/lost:1")
        #expect(lost.ending == .exited(1) && lost.error.text.contains("not found"))
        try await withoutAPI(lab)
    }

    /// The only server stops: what runs goes on everywhere, and a machine that
    /// starts anew meanwhile holds nothing, for nobody tells it what.
    private func withoutAPI(_ lab: Lab) async throws {
        func ssh(_ node: String, _ line: String) throws -> Captured {
            try lab.enter("ssh -o ConnectTimeout=3 \(node) '\(line)'")
        }
        let count = "pgrep -c -f containerd-shim"
        func held(_ node: String) throws -> Int {
            Int(try ssh(node, count).output.text.split(separator: "\n").first ?? "") ?? -1
        }
        let nodes = ["oci-arm", "layer7-vps1"]
        let before = try nodes.map(held)
        #expect(before.allSatisfy { $0 > 0 })
        #expect(try ssh("oci-arm", "systemctl stop k3s").ending.isSuccess)
        #expect(try !lab.enter("kubectl get nodes").ending.isSuccess)
        #expect(try nodes.map(held) == before)
        #expect(try ssh("layer7-vps1", "crictl ps -q --name node-agent").output.text != "")
        _ = try lab.run(["power", lab.directory, "layer7-vps1", "off"])
        _ = try lab.run(["power", lab.directory, "layer7-vps1", "on"])
        let isBack = try await Lab.waits { try ssh("layer7-vps1", "true").ending.isSuccess }
        #expect(isBack)
        #expect(try held("layer7-vps1") == 0)
        #expect(try held("oci-arm") == before[0])

        // Agents that ran all the time find their server again by themselves, and one that
        // was rebuilt shows them an authority they do not know.
        let server = "/var/lib/rancher/k3s/server"
        #expect(try ssh("oci-arm", "systemctl start --no-block k3s").ending.isSuccess)
        let ready = "test $(kubectl get nodes --no-headers | grep -c \" Ready \") = 3"
        #expect(try await Lab.waits { try lab.enter(ready).ending.isSuccess })
        _ = try ssh(
            "oci-arm", "systemctl stop k3s; mv \(server) /root; systemctl start --no-block k3s")
        let alien = "journalctl -u k3s-agent | grep -q \"x509: certificate signed by unknown\""
        #expect(try await Lab.waits { try ssh("layer7-vps1", alien).ending.isSuccess })

        // Nothing of a server is left, its datastore and the volumes least of all.
        let volume = "/var/lib/rancher/k3s/storage/pvc-1"
        let gone = try ssh(
            "oci-arm",
            "mkdir -p \(volume); touch \(volume)/file; ls /var/lib/rancher/k3s/server/db;"
                + " k3s-uninstall.sh; ls -d \(volume) /var/lib/rancher/k3s/server/db")
        #expect(gone.output.text.hasPrefix("state.db"), "\(gone.output.text)")
        for path in [volume, "/var/lib/rancher/k3s/server/db"] {
            #expect(gone.error.text.contains("cannot access \u{27}\(path)\u{27}"))
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `killall beside Cilium's interfaces takes the machine from the network`() async throws {
        let tiny = try TinyEstate("cilium", cluster: "distribution: k3s, cni: cilium")
        defer { tiny.remove() }
        let lab = try await tiny.lab()
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        func ssh(_ line: String) throws -> Captured {
            try lab.enter("ssh -o ConnectTimeout=3 master '\(line)'")
        }
        #expect(try ssh("k3s-killall.sh").ending == .exited(255))
        #expect(try ssh("true").ending == .exited(255))
        #expect(try lab.run(["power", lab.directory, "master", "state"]).output.text == "on\n")
        _ = try lab.run(["power", lab.directory, "master", "off"])
        _ = try lab.run(["power", lab.directory, "master", "on"])
        let links = "for i in cilium_host cilium_net cilium_vxlan; do ip link delete $i; done"
        let careful = try ssh("systemctl start k3s; \(links); k3s-killall.sh; echo still here")
        #expect(careful.ending.isSuccess && careful.output.text == "still here\n")
        #expect(try ssh("ip link delete cilium_host").ending == .exited(1))
    }

    @Test(.timeLimit(.minutes(10)))
    func `uninstalling deletes the data, and the installer brings k3s back`() async throws {
        let lab = try await Lab(Lab.folder("uninstall"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        func ssh(_ line: String) throws -> Captured { try lab.enter("ssh layer7-vps1 '\(line)'") }
        let gone = try ssh(
            "mkdir -p /var/lib/rancher/k3s/storage/pvc-1; cp /etc/rancher/k3s/token /root/t;"
                + " k3s-agent-uninstall.sh; ls -d /var/lib/rancher/k3s/storage/pvc-1;"
                + " ls /usr/local/bin/k3s*;"
                + " cat /etc/rancher/node/password; k3s --version")
        #expect(gone.ending == .exited(127))
        for path in ["/var/lib/rancher/k3s/storage/pvc-1", "/usr/local/bin/k3s*"] {
            #expect(
                gone.error.text.contains("cannot access \u{27}\(path)\u{27}"), "\(gone.error.text)")
        }
        #expect(gone.output.text.split(separator: "\n").last?.count == 32)
        #expect(try ssh("systemctl is-enabled k3s-agent").error.text.contains("No such file"))
        let wrong = try ssh("INSTALL_K3S_VERSION=v0 /opt/k3s/install.sh agent")
        #expect(wrong.ending == .exited(1) && wrong.error.text.contains("not v0"))
        let skipped = try ssh(
            "INSTALL_K3S_SKIP_START=true INSTALL_K3S_SKIP_ENABLE=true K3S_URL=https://x:6443"
                + " K3S_TOKEN_FILE=/root/t /opt/k3s/install.sh --node-label a=b;"
                + " systemctl is-enabled k3s-agent; systemctl show -p ExecStart --value k3s-agent;"
                + " stat -c %a /etc/systemd/system/k3s-agent.service.env")
        #expect(skipped.output.text.contains("disabled\n{ path=/usr/local/bin/k3s"))
        #expect(skipped.output.text.contains("k3s agent --node-label a=b ;"))
        #expect(skipped.output.text.hasSuffix("600\n"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a machine that starts again has a new boot id, no run folder, and its disk`() async throws
    {
        let lab = try await Lab(Lab.folder("reboot"))
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        let node = "oci-arm-free1"
        func ssh(_ line: String) throws -> Captured {
            try lab.enter("ssh -o ConnectTimeout=3 \(node) '\(line)'")
        }
        let boot = "cat /proc/sys/kernel/random/boot_id"
        let first = try ssh("touch /run/mark /root/kept; \(boot)").output.text
        _ = try ssh("systemctl reboot")
        var second = ""
        for _ in 0..<200 where second.isEmpty || second == first {
            try await Task.sleep(for: .milliseconds(50))
            second = try ssh(boot).output.text
        }
        #expect(second != first && second.count == 37)
        #expect(try ssh("ls /run/mark").ending == .exited(2))
        #expect(try ssh("ls /root/kept && systemctl start k3s-agent").ending.isSuccess)
        #expect(try lab.run(["power", lab.directory, node, "off"]).output.text == "off\n")
        #expect(try ssh("true").ending == .exited(255))
        #expect(try lab.run(["power", lab.directory, node, "on"]).output.text == "on\n")
        #expect(
            try ssh("test -e /root/kept && systemctl is-enabled k3s-agent").output.text
                == "enabled\n")
    }
}

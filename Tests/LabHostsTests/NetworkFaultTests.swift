import LabHosts
import LabThreads
import Processes
import Testing

/// What can be away beside machines and the API: a cable, an address, a file
/// server, the Git host.
@Suite(.serialized, .onLabThreads) struct NetworkFaultTests {
    private static let server = "192.168.7.5"

    /// A lab of flux-cilium that has an address to spare.
    private func lab(_ name: String) async throws -> Lab {
        let library = Lab.folder("\(name)-library")
        try Disk.makeFolder("\(library)/snapshots")
        let source = "\(Lab.library)/snapshots/flux-cilium"
        _ = try Lab.command("/bin/cp", ["-a", source, "\(library)/snapshots/"])
        let file = "\(library)/snapshots/flux-cilium/lab.yaml"
        let text = try #require(Disk.text(file))
        try Disk.write(file, text + "\naddresses: [192.168.7.99]\n")
        return try await Lab(Lab.folder(name), estate: "flux-cilium", library: library)
    }

    private func end(_ lab: Lab) {
        lab.end(15)
        lab.remove()
        Lab.wipe("\(lab.directory)-library")
    }

    private func fault(_ lab: Lab, _ line: String, _ verb: String = "fault") throws -> Captured {
        try lab.run([verb, lab.directory] + line.split(separator: " ").map(String.init))
    }

    /// What `line` prints in the lab, once it prints `wanted`.
    private func awaits(_ lab: Lab, _ line: String, _ wanted: String) async throws {
        var last: Captured?
        let isSeen = try await Lab.waits {
            last = try lab.enter(line)
            return last?.output.text.contains(wanted) == true
        }
        #expect(isSeen, "\(line): \(last?.output.text ?? "") \(last?.error.text ?? "")")
    }

    /// Whoever says that a machine is out of service which only nobody reaches has two pods
    /// write to one volume: the old one's containers end when the machine hears of it.
    /// - Returns: the pod that is gone and runs on.
    private func expectTwoWriters(_ lab: Lab) async throws -> String {
        let show = "kubectl get pods --no-headers -o custom-columns="
        let all = try lab.enter("\(show)N:.metadata.name,H:.spec.nodeName -n web").output.text
        let old = try #require(all.split(separator: "\n").first { $0.hasSuffix(" worker-1") })
            .split(separator: " ")
        let state = "\(lab.directory)/machines/worker-1/state.json"
        let taint = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
        #expect(try lab.enter("kubectl taint node worker-1 \(taint)").ending.isSuccess)
        let others = "\(show)P:.status.phase -n web --field-selector spec.nodeName!=worker-1"
        try await awaits(lab, others, "Running\nRunning\n")
        #expect(try !lab.enter("\(show)N:.metadata.name -n web").output.text.contains(old[0]))
        let machine = try #require(Disk.text(state))
        #expect(machine.contains(old[0]), "one writes here still, and one there: \(machine)")
        #expect(try lab.enter("kubectl taint node worker-1 \(taint)-").ending.isSuccess)
        return String(old[0])
    }

    private static let ready =
        "kubectl get node worker-1 -o jsonpath='{.status.conditions[?(@.type==\"Ready\")].status}'"

    @Test(.timeLimit(.minutes(15)))
    func `a machine that is cut off runs on unseen, and one that moved is where it is`()
        async throws
    {
        let lab = try await lab("cut")
        defer { end(lab) }
        #expect(try fault(lab, "cut-network master").ending.isSuccess)
        let away = try lab.enter("kubectl get --raw /readyz --request-timeout=1s")
        #expect(!away.ending.isSuccess && !away.error.text.contains("refused"))
        #expect(try fault(lab, "cut-network master", "mend").ending.isSuccess)
        try await awaits(lab, Self.ready, "True")
        #expect(try fault(lab, "cut-network worker-1").ending.isSuccess)
        #expect(try lab.enter(Self.ready).output.text == "Unknown")
        let ssh = try lab.enter("ssh -o ConnectTimeout=2 worker-1 true")
        #expect(ssh.ending == .exited(255) && ssh.error.text.contains("timed out"))
        let power = try lab.run(["power", lab.directory, "worker-1", "state"])
        #expect(power.output.text == "on\n")
        let old = try await expectTwoWriters(lab)
        #expect(try fault(lab, "cut-network worker-1", "mend").ending.isSuccess)
        try await awaits(lab, Self.ready, "True")
        let crictl = "ssh worker-1 crictl ps"
        #expect(try await Lab.waits { try !lab.enter(crictl).output.text.contains(old) })
        #expect(
            try lab.enter("ssh worker-1 systemctl is-active k3s-agent").output.text == "active\n")

        let taken = try fault(lab, "drift-address worker-2 192.168.7.98")
        #expect(taken.ending == .exited(3) && taken.error.text.contains("192.168.7.99"))
        #expect(try fault(lab, "drift-address worker-2 192.168.7.99").ending.isSuccess)
        #expect(!(try lab.enter("ssh -o ConnectTimeout=2 worker-2 true").ending.isSuccess))
        let there = "ssh -o HostKeyAlias=192.168.7.12 -o HostName=192.168.7.99 worker-2"
        let own = try lab.enter("\(there) ip -4 addr show eth0")
        #expect(own.output.text.contains("192.168.7.99/24"), "\(own.error.text)")
        let address =
            "kubectl get node worker-2 "
            + "-o jsonpath='{.status.addresses[?(@.type==\"InternalIP\")].address}'"
        // A kubelet that was told an address keeps saying it.
        _ = try lab.enter("\(there) systemctl restart k3s-agent")
        #expect(try lab.enter(address).output.text == "192.168.7.12")
        let edited = try lab.enter(
            "\(there) 'sed -i s/7.12/7.99/ /etc/rancher/k3s/config.yaml && "
                + "systemctl restart k3s-agent'")
        #expect(edited.ending.isSuccess, "\(edited.error.text)")
        try await awaits(lab, address, "192.168.7.99")
        #expect(try fault(lab, "drift-address worker-2 192.168.7.99", "mend").ending.isSuccess)
        #expect(try lab.enter("ssh worker-2 true").ending.isSuccess)
        let responder = try fault(lab, "kill-node worker-2", "mend")
        #expect(responder.ending == .exited(3) && responder.error.text.contains("responder"))
    }

    @Test(.timeLimit(.minutes(15)))
    func `a server whose address drifts is lost to its agents until it is back`() async throws {
        let lab = try await lab("server-drift")
        defer { end(lab) }
        #expect(try fault(lab, "drift-address master 192.168.7.99").ending.isSuccess)
        let old = try lab.enter("kubectl get nodes")
        #expect(old.error.text.contains("refused"), "\(old.error.text)")
        let kubectl = "kubectl --server https://192.168.7.99:6443"
        let named = try lab.enter("\(kubectl) get nodes")
        #expect(named.error.text.contains("x509"), "\(named.error.text)")
        let blind = "\(kubectl) --insecure-skip-tls-verify"
        let ready = Self.ready.replacing("kubectl", with: blind)
        try await awaits(lab, ready, "Unknown")
        // A worker that is told where the server is finds it.
        let edited = try lab.enter(
            "ssh worker-1 'sed -i s/7.10:/7.99:/ /etc/rancher/k3s/config.yaml && "
                + "systemctl restart --no-block k3s-agent'")
        #expect(edited.ending.isSuccess, "\(edited.error.text)")
        try await awaits(lab, ready, "True")
        #expect(try fault(lab, "drift-address master 192.168.7.99", "mend").ending.isSuccess)
        // The others find it where it was; the one that was told otherwise does not.
        try await awaits(lab, Self.ready.replacing("worker-1", with: "worker-2"), "True")
        try await awaits(lab, Self.ready, "Unknown")
    }

    @Test(.timeLimit(.minutes(15)))
    func `a file server and the Git host go away and come back`() async throws {
        let lab = try await lab("nfs-git")
        defer { end(lab) }
        let unknown = try fault(lab, "stop-nfs 192.168.7.6")
        #expect(unknown.ending == .exited(3) && unknown.error.text.contains(Self.server))
        let worker = try lab.enter(
            "kubectl get pod -n media -o jsonpath='{.items[0].spec.nodeName}'"
        ).output.text
        let show = "ssh \(worker) timeout 2 showmount -e \(Self.server)"
        #expect(try lab.enter(show).output.text.contains("/srv/media *"))
        #expect(try fault(lab, "stop-nfs \(Self.server)").ending.isSuccess)
        #expect(try lab.enter(show).ending == .exited(124))
        let events = "kubectl get events -n media"
        try await awaits(lab, events, "not responding, still trying")
        #expect(try fault(lab, "stop-nfs \(Self.server)", "mend").ending.isSuccess)
        #expect(try fault(lab, "stale-nfs \(Self.server)").ending.isSuccess)
        try await awaits(lab, events, "Stale file handle")
        let mounted = try lab.enter("ssh \(worker) mount -t nfs4")
        #expect(mounted.output.text.contains("\(Self.server):/srv/media on /var/lib/kubelet/pods/"))
        let target = mounted.output.text.split(separator: " ").dropFirst(2).first ?? ""
        let off = try lab.enter("ssh \(worker) umount -f -l \(target)")
        #expect(off.ending.isSuccess, "\(off.error.text)")

        let url = "ssh://git@192.0.2.22/desired-state.git"
        let clone = try lab.enter("git clone -q \(url) $HOME/c && ls $HOME/c")
        #expect(clone.output.text.contains("infrastructure"), "\(clone.error.text)")
        let shell = try lab.enter("ssh git.invalid id")
        #expect(shell.ending == .exited(128) && shell.error.text.contains("nothing else"))
        let other = try lab.enter("git ls-remote ssh://git@192.0.2.22/else.git")
        #expect(other.error.text.contains("does not appear to be a git repository"))
        #expect(try fault(lab, "lose-git-host").ending.isSuccess)
        let lost = try lab.enter("git ls-remote \(url)")
        #expect(lost.error.text.contains("refused"), "\(lost.error.text)")
        let source = "kubectl get gitrepositories -A"
        try await awaits(lab, source, "connection refused")
        #expect(try fault(lab, "lose-git-host", "mend").ending.isSuccess)
        try await awaits(lab, source, "stored artifact")
    }
}

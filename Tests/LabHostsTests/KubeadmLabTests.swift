import Glibc
import LabHosts
import LabThreads
import Processes
import Testing

/// The estate made by kubeadm: its etcd is a static pod, and real.
@Suite(.serialized, .onLabThreads) struct KubeadmLabTests {
    let lab: Lab

    init() async throws {
        lab = try await Lab(Lab.folder("kubeadm"), estate: "proxmox-tiers")
    }

    static let tls = "/etc/kubernetes/pki/etcd"
    static let etcdctl =
        "etcdctl --endpoints https://127.0.0.1:2379 --cacert \(tls)/ca.crt "
        + "--cert \(tls)/healthcheck-client.crt --key \(tls)/healthcheck-client.key"

    /// Runs a script on the machine of the control plane.
    func master(_ script: String) throws -> Captured { try on("k8s-master", script) }

    func on(_ node: String, _ script: String) throws -> Captured {
        try lab.enter("ssh \(node) sh -s", input: script)
    }

    /// What the script prints, once it succeeds.
    func insist(_ script: String, _ run: (String) throws -> Captured) async throws -> String {
        var last = try run(script)
        for _ in 0..<300 where !last.ending.isSuccess {
            try await Task.sleep(for: .milliseconds(100))
            last = try run(script)
        }
        #expect(last.ending.isSuccess, "\(script): \(last.output.text)\(last.error.text)")
        return last.output.text
    }

    func local(_ line: String) throws -> Captured { try lab.enter(line) }

    func isReady() async throws {
        _ = try await insist(
            "test $(kubectl get nodes --no-headers | grep -c ' Ready ') = 5", local)
    }

    let readyz = "kubectl get --raw /readyz --request-timeout=3s"

    @Test(.timeLimit(.minutes(10)))
    func `a snapshot is restored with static pods moved aside`() async throws {
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        try await isReady()
        let uid = try lab.enter("kubectl get ns kube-system -o jsonpath={.metadata.uid}").output
            .text
        #expect(try lab.enter("kubectl create configmap early").ending.isSuccess)
        let saved = try master(
            """
            \(Self.etcdctl) endpoint health && \(Self.etcdctl) member list &&
            \(Self.etcdctl) snapshot save /root/snap.db && etcdctl snapshot status /root/snap.db
            """)
        #expect(saved.ending.isSuccess, "\(saved.error.text)")
        #expect(saved.output.text.contains("started, k8s-master, https://10.0.20.100:2380"))
        #expect(try lab.enter("kubectl create configmap late").ending.isSuccess)
        try await restore()
        #expect(
            try lab.enter("kubectl get ns kube-system -o jsonpath={.metadata.uid}").output.text
                == uid)
        #expect(
            try lab.enter("kubectl get configmap early late -o name").output.text
                == "configmap/early\n")
        try await otherData()
        try await foundAnew()
    }

    /// The steps of a restore, one component after the other.
    private func restore() async throws {
        let (here, aside) = ("/etc/kubernetes/manifests", "/etc/kubernetes/manifests.dr")
        #expect(try master("mkdir -p \(aside) && mv \(here)/*.yaml \(aside)/").ending.isSuccess)
        _ = try await insist("test -z \"$(crictl ps --name 'kube-apiserver|etcd' -q)\"", master)
        _ = try await insist("! \(Self.etcdctl) endpoint health", master)
        #expect(try !lab.enter(readyz).ending.isSuccess)
        let into = """
            etcdctl snapshot restore /root/snap.db --data-dir /var/lib/etcd-new --name k8s-master \
            --initial-cluster k8s-master=https://10.0.20.100:2380 \
            --initial-advertise-peer-urls https://10.0.20.100:2380
            """
        // A database taken from a folder has no hash at its end.
        let raw = into.replacing("/root/snap.db", with: "/var/lib/etcd/member/snap/db")
            .replacing("/var/lib/etcd-new", with: "/root/etcd-raw")
        let refused = try master(raw)
        #expect(refused.error.text.contains("--skip-hash-check"), "\(refused.error.text)")
        let skipped =
            "rm -rf /root/etcd-raw && \(raw) --skip-hash-check && ls /root/etcd-raw/member"
        #expect(try master(skipped).output.text.hasSuffix("snap\nwal\n"))
        try misnamed(into.replacing("/var/lib/etcd-new", with: "/root/etcd-misnamed"))
        #expect(try master(into).ending.isSuccess)
        #expect(try !master(into).ending.isSuccess, "a folder that is there was overwritten")
        let swap = "mv /var/lib/etcd /var/lib/etcd.pre && mv /var/lib/etcd-new /var/lib/etcd"
        #expect(try master("\(swap) && mv \(aside)/etcd.yaml \(here)/").ending.isSuccess)
        _ = try await insist("\(Self.etcdctl) endpoint health", master)
        #expect(try !lab.enter(readyz).ending.isSuccess, "there is no API server yet")
        #expect(try master("mv \(aside)/kube-apiserver.yaml \(here)/").ending.isSuccess)
        _ = try await insist(readyz, local)
        #expect(try master("mv \(aside)/*.yaml \(here)/").ending.isSuccess)
        for node in ["k8s-master", "k8s-node1"] {
            #expect(try on(node, "systemctl restart kubelet").ending.isSuccess)
        }
        try await isReady()
    }

    /// Name and peer URL must be those of `--initial-cluster`; etcdctl refuses the rest.
    private func misnamed(_ restore: String) throws {
        let name = try master(restore.replacing("--name k8s-master", with: "--name master"))
        #expect(
            name.error.text.contains(
                "couldn't find local name \"master\" in the initial cluster configuration"))
        let url = "peer-urls https://10.0.20"
        let peer = try master(restore.replacing("\(url).100", with: "\(url).101"))
        #expect(
            peer.error.text.contains(
                "--initial-cluster has k8s-master=https://10.0.20.100:2380 but missing from"))
        #expect(try !master("ls /root/etcd-misnamed/member").ending.isSuccess)
    }

    /// Which data etcd runs on is the manifest's to say, and a folder that is
    /// not mounted is the container's own.
    private func otherData() async throws {
        let manifest = "/etc/kubernetes/manifests/etcd.yaml"
        let edit = "sed -i 's|path: /var/lib/etcd$|path: /var/lib/etcd.pre|' \(manifest)"
        #expect(try master("cp \(manifest) /root/ && \(edit)").ending.isSuccess)
        _ = try await insist("kubectl get configmap early late", local)
        // The usual mistake: the folder is named and not mounted. etcd begins empty.
        let named = "s|--data-dir=.*|--data-dir=/var/lib/etcd.pre|"
        #expect(try master("cp /root/etcd.yaml \(manifest)").ending.isSuccess)
        #expect(try master("sed -i '\(named)' \(manifest)").ending.isSuccess)
        _ = try await insist(
            "kubectl get ns kube-system && ! kubectl get configmap early", local)
        #expect(
            try lab.enter("kubectl get configmap -o name").output.text.contains("early") == false)
        #expect(try master("cp /root/etcd.yaml \(manifest)").ending.isSuccess)
        _ = try await insist("kubectl get configmap early", local)
        // Damaged data: etcd does not come up, and the API with it.
        let damage = "mv /var/lib/etcd/member/wal /root/wal && cp /root/etcd.yaml \(manifest)"
        #expect(try master("rm \(manifest)").ending.isSuccess)
        _ = try await insist("! \(Self.etcdctl) endpoint health", master)
        #expect(try master(damage).ending.isSuccess)
        _ = try await insist("grep -q -e fail -e panic /var/log/pods/*etcd*/etcd/0.log", master)
    }

    @Test(.timeLimit(.minutes(10)))
    func `certificates end and are renewed, and a token lets a machine in`() async throws {
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        try await isReady()
        try await serverCertificate()
        try await nodeCertificate()
        try await join()
        try await cutOff()
        try await drift()
        try refusals()
    }

    func fault(_ words: String, _ verb: String = "fault") throws {
        let done = try lab.run(
            [verb, lab.directory] + words.split(separator: " ").map(String.init))
        #expect(done.ending.isSuccess, "\(done.error.text)")
    }

    /// Renewed on the disk is not renewed in what runs.
    private func serverCertificate() async throws {
        try fault("expire-server-certificate k8s-master")
        let expired = "kubectl get nodes 2>&1 | grep -q 'x509: certificate has expired'"
        #expect(try lab.enter(expired).ending.isSuccess)
        let check = try master("kubeadm certs check-expiration").output.text
        #expect(check.contains("apiserver                  ") && check.contains("<invalid>"))
        let renewed = try master("kubeadm certs renew apiserver").output.text
        #expect(renewed.contains("certificate for serving the Kubernetes API renewed"))
        #expect(try lab.enter(expired).ending.isSuccess)
        #expect(try !master("kubeadm certs check-expiration").output.text.contains("<invalid>"))
        let manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml"
        #expect(try master("mv \(manifest) /root/").ending.isSuccess)
        _ = try await insist("test -z \"$(crictl ps --name kube-apiserver -q)\"", master)
        #expect(try master("mv /root/kube-apiserver.yaml \(manifest)").ending.isSuccess)
        _ = try await insist(readyz, local)
        try await isReady()
        let all = try master("kubeadm certs renew all").output.text
        #expect(all.contains("Done renewing certificates. You must restart the kube-apiserver"))
    }

    /// A kubelet whose certificate ended does not come back by itself.
    private func nodeCertificate() async throws {
        try fault("expire-node-certificate k8s-node2")
        let words = "part of the existing bootstrap client certificate"
        _ = try await insist("journalctl -u kubelet | grep -q '\(words)'") {
            try on("k8s-node2", $0)
        }
        let user = "kubeadm kubeconfig user --org system:nodes --client-name system:node:k8s-node2"
        let config = try master(user).output.text
        #expect(config.contains("client-certificate-data"))
        let mended = try lab.enter(
            "ssh k8s-node2 'rm /var/lib/kubelet/pki/kubelet-client*; "
                + "cat > /etc/kubernetes/kubelet.conf; systemctl restart kubelet'", input: config)
        #expect(mended.ending.isSuccess, "\(mended.error.text)")
        try await isReady()
        let current = "/var/lib/kubelet/pki/kubelet-client-current.pem"
        _ = try await insist("openssl x509 -noout -checkend 86400 -in \(current)") {
            try on("k8s-node2", $0)
        }
    }

    private func join() async throws {
        let command = try master("kubeadm token create --print-join-command").output.text
        let again = try on("k8s-node3", command)
        #expect(again.error.text.contains("/etc/kubernetes/kubelet.conf already exists"))
        let reset = try on("k8s-node3", "kubeadm reset -f")
        #expect(reset.output.text.contains("[reset] Stopping the kubelet service"))
        _ = try await insist("kubectl get nodes k8s-node3 | grep -q NotReady", local)
        #expect(try lab.enter("kubectl delete node k8s-node3").ending.isSuccess)
        let wrong = command.replacing("sha256:", with: "sha256:00")
        #expect(try on("k8s-node3", wrong).error.text.contains("are pinned"))
        let unknown = "kubeadm join 10.0.20.100:6443 --token abcdef.0123456789abcdef"
        #expect(try on("k8s-node3", unknown).error.text.contains("could not find a JWS signature"))
        let joined = try on("k8s-node3", command)
        #expect(joined.output.text.contains("This node has joined the cluster"))
        try await isReady()
        let list = try master("kubeadm token list").output.text.split(separator: "\n")
        #expect(list.count == 3 && list[0].hasPrefix("TOKEN                     TTL"))
        let id = list[1].prefix(6)
        #expect(
            try master("kubeadm token delete \(id)").output.text
                == "bootstrap token \"\(id)\" deleted\n")
    }
}

import LabHosts
import Processes
import Testing

/// `kubeadm init`, and what of kubeadm the lab does not do.
extension KubeadmLabTests {
    /// A machine whose disk is empty, first without and then with what was saved.
    func foundAnew() async throws {
        let before = try master("kubeadm init")
        #expect(before.ending == .exited(1))
        for word in [
            "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
            "DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty",
        ] {
            #expect(before.error.text.contains(word), "\(before.error.text)")
        }
        #expect(
            try master("cp -a /etc/kubernetes/pki /root/pki && kubeadm reset -f").ending.isSuccess)
        try await phases()
        try await restored()
    }

    /// By phases and with nothing: another cluster, which nobody's file fits.
    private func phases() async throws {
        let phases = [
            "preflight", "certs all", "kubeconfig all", "etcd local", "control-plane all",
            "kubelet-start", "wait-control-plane", "upload-config all", "mark-control-plane",
            "bootstrap-token", "addon all",
        ]
        let made = try master(phases.map { "kubeadm init phase \($0)" }.joined(separator: " && "))
        #expect(made.ending.isSuccess, "\(made.error.text)")
        #expect(made.output.text.contains("[certs] Generating \"apiserver\" certificate and key"))
        #expect(made.error.text.contains("the lab does not simulate the add-ons"))
        #expect(try lab.enter("kubectl get nodes").error.text.contains("unknown authority"))
        let kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
        let nodes = try await insist(
            "\(kubectl) get nodes --no-headers | grep ' Ready ' && "
                + "\(kubectl) get configmaps -A --no-headers", master)
        #expect(nodes.contains("k8s-master") && !nodes.contains("k8s-node1"), "\(nodes)")
        #expect(nodes.contains("kubeadm-config") && !nodes.contains("early"), "\(nodes)")
    }

    /// With the saved authorities and etcd restored: the cluster that was.
    private func restored() async throws {
        let into = """
            kubeadm reset -f && cp -a /root/pki/. /etc/kubernetes/pki/ && rm -r /var/lib/etcd &&
            etcdctl snapshot restore /root/snap.db --data-dir /var/lib/etcd --name k8s-master \
            --initial-cluster k8s-master=https://10.0.20.100:2380 \
            --initial-advertise-peer-urls https://10.0.20.100:2380
            """
        let saved = try master(into)
        #expect(saved.ending.isSuccess, "\(saved.error.text)")
        let full = try master("kubeadm init")
        #expect(full.ending == .exited(1) && full.error.text.contains("is not empty"))
        let made = try master(
            "kubeadm init --ignore-preflight-errors=DirAvailable--var-lib-etcd")
        #expect(made.ending.isSuccess, "\(made.error.text)")
        #expect(made.output.text.contains("Using existing \"apiserver\" certificate"))
        #expect(made.output.text.contains("control-plane has initialized successfully"))
        try await isReady()
        #expect(
            try lab.enter("kubectl get configmap early late -o name").output.text
                == "configmap/early\n")
    }

    /// What the lab does not do, it says, with the words that were asked.
    func refusals() throws {
        let join = "join 10.0.20.100:6443 --token abcdef.0123456789abcdef"
        for line in [
            "init --upload-certs", "init --config /root/kubeadm.yaml",
            "init phase upload-certs --upload-certs", "\(join) --control-plane",
            "\(join) --certificate-key=0123", "join --config=/root/join.yaml", "upgrade plan",
            "upgrade apply v1.35.0", "upgrade node", "certs renew nothing",
        ] {
            let refused = try master("kubeadm \(line)")
            #expect(refused.ending == .exited(127), "\(line): \(refused.error.text)")
            #expect(refused.error.text.contains("kubeadm \(line)"), "\(refused.error.text)")
        }
    }
}

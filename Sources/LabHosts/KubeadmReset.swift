internal import Glibc
import JSON

/// `kubeadm reset`: takes back what `init` or `join` did to this machine. Its
/// etcd member, its Node and the folder `/etc/cni` stay.
struct KubeadmReset {
    /// It does not ask first.
    let isForced: Bool

    private static let folders = [
        Kubelet.manifests, "/var/lib/kubelet", "/etc/kubernetes/pki",
    ]
    private static let files = [
        "admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler",
    ].map { "/etc/kubernetes/\($0).conf" }

    func run() -> Int32 {
        if !isForced {
            Shim.print(
                "[reset] WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' "
                    + "will be reverted.\n", to: 2)
            Shim.print("[reset] Are you sure you want to proceed? [y/N]: ", to: 1)
            guard readLine()?.lowercased() == "y" else {
                Shim.print(
                    "error execution phase preflight: aborted reset operation\n"
                        + KubeadmProgram.trace, to: 2)
                return 1
            }
        }
        Shim.print("[preflight] Running pre-flight checks\n", to: 1)
        let data = StaticPod(Disk.text("\(Kubelet.manifests)/etcd.yaml") ?? "")
        let folder = data?.flag("data-dir").map { data?.mounts[$0] ?? $0 } ?? "/var/lib/etcd"
        _ = Shim.question("systemctl", ["stop", "kubelet"])
        _ = Shim.question("end-containers", [])
        for path in [folder] + Self.folders { Disk.empty(path) }
        for path in Self.files { Disk.remove(path) }
        Shim.print(
            """
            [reset] Deleted contents of the etcd data directory: \(folder)
            [reset] Stopping the kubelet service
            [reset] Unmounting mounted directories in "/var/lib/kubelet"
            [reset] Deleting contents of directories: [\(Self.folders.joined(separator: " "))]
            [reset] Deleting files: [\(Self.files.joined(separator: " "))]

            The reset process does not perform cleanup of CNI plugin configuration,
            network filtering rules and kubeconfig files.

            For information on how to perform this cleanup manually, please see:
                https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/


            """, to: 1)
        return 0
    }
}

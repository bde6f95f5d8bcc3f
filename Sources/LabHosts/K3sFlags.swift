/// The flags of `k3s server` and `k3s agent` the lab knows: those it acts on,
/// and those that change nothing it simulates. Any other is refused.
enum K3sFlags {
    static let switches: Set = [
        "cluster-init", "cluster-reset", "etcd-s3", "etcd-s3-insecure", "etcd-s3-skip-ssl-verify",
        "etcd-disable-snapshots", "etcd-snapshot-compress", "etcd-expose-metrics",
        "disable-cloud-controller", "disable-helm-controller", "disable-kube-proxy",
        "disable-network-policy", "embedded-registry", "flannel-external-ip",
        "flannel-ipv6-masq", "protect-kernel-defaults", "secrets-encryption", "selinux",
        "supervisor-metrics", "debug", "prefer-bundled-bin", "disable-default-registry-endpoint",
    ]

    static let valued: Set = [
        "token", "token-file", "server", "cluster-reset-restore-path", "node-name", "node-ip",
        "node-external-ip", "node-label", "node-taint", "tls-san", "cluster-cidr", "service-cidr",
        "cluster-dns", "cluster-domain", "disable", "flannel-backend", "flannel-iface",
        "egress-selector-mode", "etcd-snapshot-name", "etcd-snapshot-dir",
        "etcd-snapshot-schedule-cron", "etcd-snapshot-retention", "etcd-s3-endpoint",
        "etcd-s3-bucket", "etcd-s3-folder", "etcd-s3-region", "etcd-s3-access-key",
        "etcd-s3-secret-key", "etcd-s3-config-secret", "kube-apiserver-arg",
        "kube-controller-manager-arg", "kube-scheduler-arg", "kubelet-arg", "kube-proxy-arg",
        "etcd-arg", "write-kubeconfig-mode", "write-kubeconfig", "default-local-storage-path",
        "advertise-address", "agent-token", "agent-token-file", "private-registry", "snapshotter",
        "kube-cloud-controller-manager-arg", "system-default-registry", "resolv-conf", "v",
        "log", "alsologtostderr", "name", "output",
    ]

    static let aliases = [
        "t": "token", "s": "server", "o": "output", "dir": "etcd-snapshot-dir",
        "etcd-snapshot-save-name": "name",
    ]

    static let variables = [
        ("K3S_TOKEN", "token"), ("K3S_TOKEN_FILE", "token-file"), ("K3S_URL", "server"),
        ("K3S_NODE_NAME", "node-name"),
    ]

    /// Settings all servers of a cluster must agree on.
    static let critical = [
        "cluster-cidr", "service-cidr", "cluster-dns", "cluster-domain", "disable",
        "disable-cloud-controller", "disable-helm-controller", "disable-kube-proxy",
        "disable-network-policy", "embedded-registry", "egress-selector-mode", "flannel-backend",
        "flannel-ipv6-masq", "flannel-external-ip", "secrets-encryption",
    ]
}

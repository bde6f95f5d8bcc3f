internal import Digest

/// What makes a machine a member of a cluster made by kubeadm: its kubelet's
/// configuration, its kubeconfig and its certificate.
public struct KubeletMembership: Sendable {
    /// URL of the API.
    let server: String
    /// The authority's certificate, PEM.
    let authority: String
    let node: String
    /// The kubelet's certificate and its key, PEM.
    let pem: String

    public init(server: String, authority: String, node: String, pem: String) {
        self.server = server
        self.authority = authority
        self.node = node
        self.pem = pem
    }

    /// Writes it into the file system at `root`, as `kubeadm join` does.
    public func write(below root: String = "") throws(DiskError) {
        try Disk.makeFolder("\(root)/etc/kubernetes/pki")
        try Disk.makeFolder(root + Kubelet.manifests)
        try Disk.makeFolder("\(root)/var/lib/kubelet", mode: 0o700)
        try Disk.write("\(root)/etc/kubernetes/pki/ca.crt", authority)
        try Disk.write(root + KubeletIdentity.settings, Self.configuration)
        try KubeletIdentity.keep(pem, below: root)
        try Disk.write(root + KubeletIdentity.kubeconfig, kubeconfig, mode: 0o600)
    }

    /// Keeps another certificate and its key, PEM, in the file system at `root`.
    public static func keep(_ pem: String, below root: String) throws(DiskError) {
        try KubeletIdentity.keep(pem, below: root)
    }

    private var kubeconfig: String {
        """
        apiVersion: v1
        clusters:
        - cluster:
            certificate-authority-data: \(Base64.text(Array(authority.utf8)))
            server: \(server)
          name: kubernetes
        contexts:
        - context:
            cluster: kubernetes
            user: system:node:\(node)
          name: system:node:\(node)@kubernetes
        current-context: system:node:\(node)@kubernetes
        kind: Config
        users:
        - name: system:node:\(node)
          user:
            client-certificate: \(KubeletIdentity.current)
            client-key: \(KubeletIdentity.current)

        """
    }

    private static let configuration = """
        apiVersion: kubelet.config.k8s.io/v1beta1
        authentication:
          anonymous: { enabled: false }
          x509: { clientCAFile: /etc/kubernetes/pki/ca.crt }
        cgroupDriver: systemd
        clusterDomain: cluster.local
        kind: KubeletConfiguration
        rotateCertificates: true
        staticPodPath: /etc/kubernetes/manifests

        """
}

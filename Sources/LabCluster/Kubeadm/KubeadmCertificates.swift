import Digest
import Glibc

/// The certificates kubeadm makes and renews below `/etc/kubernetes`.
struct KubeadmCertificates: Sendable {
    let plane: ControlPlane

    /// One of them, as `kubeadm certs` calls it.
    struct Leaf: Hashable, Sendable {
        let name: String
        /// Path in `pki` without ending; a kubeconfig has it inside.
        let path: String
        let authority: String, subject: String
        /// What `renew` calls it.
        let purpose: String
        var usages = ["clientAuth"]
        var isNamed = false

        var isKubeconfig: Bool { path.hasSuffix(".conf") }
    }

    /// Authorities, as `kubeadm certs` calls them, path and common name.
    static let authorities = [
        ("ca", "ca", "kubernetes"), ("etcd-ca", "etcd/ca", "etcd-ca"),
        ("front-proxy-ca", "front-proxy-ca", "front-proxy-ca"),
    ]

    private static let both = ["serverAuth", "clientAuth"]

    /// In the order of kubeadm's own tables.
    static func all(_ node: String) -> [Leaf] {
        [
            kubeconfig(
                "admin", "/O=kubeadm:cluster-admins/CN=kubernetes-admin",
                "the admin to use and for kubeadm itself"),
            Leaf(
                name: "apiserver", path: "apiserver", authority: "ca",
                subject: "/CN=kube-apiserver", purpose: "for serving the Kubernetes API",
                usages: ["serverAuth"], isNamed: true),
            Leaf(
                name: "apiserver-etcd-client", path: "apiserver-etcd-client",
                authority: "etcd/ca", subject: "/CN=kube-apiserver-etcd-client",
                purpose: "the apiserver uses to access etcd"),
            Leaf(
                name: "apiserver-kubelet-client", path: "apiserver-kubelet-client",
                authority: "ca",
                subject: "/O=kubeadm:cluster-admins/CN=kube-apiserver-kubelet-client",
                purpose: "for the API server to connect to kubelet"),
            kubeconfig(
                "controller-manager", "/CN=system:kube-controller-manager",
                "the controller manager to use"),
            Leaf(
                name: "etcd-healthcheck-client", path: "etcd/healthcheck-client",
                authority: "etcd/ca", subject: "/CN=kube-etcd-healthcheck-client",
                purpose: "for liveness probes to healthcheck etcd"),
            Leaf(
                name: "etcd-peer", path: "etcd/peer", authority: "etcd/ca", subject: "/CN=\(node)",
                purpose: "for etcd nodes to communicate with each other", usages: both,
                isNamed: true),
            Leaf(
                name: "etcd-server", path: "etcd/server", authority: "etcd/ca",
                subject: "/CN=\(node)", purpose: "for serving etcd", usages: both, isNamed: true),
            Leaf(
                name: "front-proxy-client", path: "front-proxy-client",
                authority: "front-proxy-ca", subject: "/CN=front-proxy-client",
                purpose: "for the front proxy client"),
            kubeconfig(
                "scheduler", "/CN=system:kube-scheduler", "the scheduler manager to use"),
            kubeconfig(
                "super-admin", "/O=system:masters/CN=kubernetes-super-admin", "the super-admin"),
        ]
    }

    private static func kubeconfig(_ name: String, _ subject: String, _ user: String) -> Leaf {
        Leaf(
            name: "\(name).conf", path: "../\(name).conf", authority: "ca", subject: subject,
            purpose: "embedded in the kubeconfig file for \(user)")
    }

    var all: [Leaf] { Self.all(plane.name) }

    // MARK: making

    /// Makes what is missing: authorities, the key of ServiceAccounts,
    /// certificates and kubeconfigs.
    func makeAll() throws {
        try makeAuthorities()
        for leaf in all where try !isThere(leaf) { try make(leaf) }
    }

    /// Authorities, and the key of ServiceAccounts.
    func makeAuthorities() throws {
        try Files.makeDirectory(plane.file("pki/etcd"))
        for (_, path, name) in Self.authorities {
            guard try Files.read(plane.file("pki/\(path).crt")) == nil else { continue }
            try CertificateFiles.make(
                CertificateRequest(subject: "/CN=\(name)", days: 3650),
                at: plane.file("pki/\(path)"))
        }
        if try Files.read(plane.file("pki/sa.key")) == nil {
            try CertificateFiles.makeKey(
                plane.file("pki/sa.key"), publicHalf: plane.file("pki/sa.pub"))
        }
    }

    /// Makes it anew, valid for so many days from now; fewer than one: it has
    /// ended.
    func make(_ leaf: Leaf, days: Int = 365) throws {
        let request = CertificateRequest(
            subject: leaf.subject, usages: leaf.usages, names: leaf.isNamed ? names : [],
            days: days)
        guard leaf.isKubeconfig else {
            return try CertificateFiles.make(
                request, at: plane.file("pki/\(leaf.path)"),
                authority: plane.file("pki/\(leaf.authority)"))
        }
        let user = leaf.subject.split(separator: "=").last.map(String.init) ?? ""
        try Files.write(
            Array(try KubeadmKubeconfig(plane: plane, user: user).text(request).utf8),
            to: plane.file(leaf.name), mode: 0o600)
    }

    func isThere(_ leaf: Leaf) throws -> Bool { try pem(leaf) != nil }

    /// Its certificate, PEM; nil where there is none.
    func pem(_ leaf: Leaf) throws -> [UInt8]? {
        guard leaf.isKubeconfig else {
            return try Files.read(plane.file("pki/\(leaf.path).crt"))
        }
        guard let text = try Files.read(plane.file(leaf.name)) else { return nil }
        return KubeadmKubeconfig.certificate(in: String(decoding: text, as: UTF8.self))
    }

    private var names: [String] {
        let own =
            [
                plane.name, "localhost", "kubernetes", "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local", plane.address, "127.0.0.1", "10.96.0.1",
            ]
            + plane.names
        return Set(own.filter { !$0.isEmpty }).sorted().map {
            Listener.isAddress($0) ? "IP:\($0)" : "DNS:\($0)"
        }
    }
}

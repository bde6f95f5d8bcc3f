import Digest

/// What `kubeadm` does on a machine of the control plane, as far as it concerns
/// files below `/etc/kubernetes`.
public struct Kubeadm: Sendable {
    let plane: ControlPlane

    public init(_ plane: ControlPlane) { self.plane = plane }

    private var certificates: KubeadmCertificates { KubeadmCertificates(plane: plane) }

    /// Makes authorities, certificates and kubeconfigs, where they are missing:
    /// what `kubeadm init` begins with.
    public func found() throws { try certificates.makeAll() }

    /// Makes the certificates, or with `kubeconfigs` those files, that are missing:
    /// `all`, or the one `kubeadm init phase` calls so. Says what it did; nil for a
    /// name there is none of.
    public func make(_ name: String, kubeconfigs: Bool) throws -> String? {
        let chosen = certificates.all.filter { leaf in
            let short = kubeconfigs ? String(leaf.name.dropLast(".conf".count)) : leaf.name
            return leaf.isKubeconfig == kubeconfigs && (name == "all" || name == short)
        }
        guard !chosen.isEmpty else { return nil }
        let phase = kubeconfigs ? "kubeconfig" : "certs"
        var said =
            "[\(phase)] Using \(kubeconfigs ? "kubeconfig folder" : "certificateDir folder") "
        said += "\"\(ControlPlane.folder)\(kubeconfigs ? "" : "/pki")\"\n"
        if !kubeconfigs { try certificates.makeAuthorities() }
        for leaf in chosen {
            let isThere = try certificates.isThere(leaf)
            if !isThere { try certificates.make(leaf) }
            let what =
                kubeconfigs
                ? "\"\(leaf.name)\" kubeconfig file" : "\"\(leaf.name)\" certificate and key"
            said +=
                "[\(phase)] \(isThere ? "Using existing" : kubeconfigs ? "Writing" : "Generating") \(what)\n"
        }
        return said
    }

    /// The authority's certificate, PEM.
    public var authority: [UInt8] { get throws { try plane.authority.certificate } }

    /// Writes the administrator's kubeconfig under the cluster's own name.
    public func kubeconfig(_ cluster: String, path: String) throws {
        try Kubeconfig(name: cluster, server: plane.endpoint, authority: try plane.authority)
            .write(to: path)
    }

    /// `kubeadm certs check-expiration`, without its first lines.
    public func checkExpiration() throws -> String { try KubeadmReport(plane).text() }

    /// `kubeadm certs renew NAME`, or of `all`; nil for a name there is none of.
    public func renew(_ name: String) throws -> String? {
        let chosen = certificates.all.filter { name == "all" || $0.name == name }
        guard !chosen.isEmpty else { return nil }
        var said = ""
        for leaf in chosen {
            guard try certificates.isThere(leaf) else {
                said += "MISSING! certificate \(leaf.purpose)\n"
                continue
            }
            try certificates.make(leaf)
            said += "certificate \(leaf.purpose) renewed\n"
        }
        guard name == "all" else { return said }
        return said + "\nDone renewing certificates. You must restart the kube-apiserver, "
            + "kube-controller-manager, kube-scheduler and etcd, so that they can use the new "
            + "certificates.\n"
    }

    /// Lets certificates end at once, or in so many days: for drills. `names`
    /// as `kubeadm certs` calls them.
    public func age(_ names: [String], days: Int) throws {
        for leaf in certificates.all where names.contains(leaf.name) {
            try certificates.make(leaf, days: days)
        }
    }

    /// `kubeadm kubeconfig user`: a kubeconfig with a new certificate.
    public func kubeconfig(user: String, groups: [String]) throws -> String {
        let subject = groups.map { "/O=\($0)" }.joined() + "/CN=\(user)"
        return try KubeadmKubeconfig(plane: plane, user: user)
            .text(CertificateRequest(subject: subject, usages: ["clientAuth"]))
    }

    /// The command a worker joins with.
    public func joinCommand(_ token: BootstrapToken) throws -> String {
        "kubeadm join \(plane.endpoint) --token \(token.text) --discovery-token-ca-cert-hash "
            + "sha256:\(try authorityKeyDigest) "
    }

    /// SHA-256 of the authority's public key.
    public var authorityKeyDigest: String {
        get throws { SHA256.hex(try Certificate(pem: authority).publicKey) }
    }

    /// Whether the machine has the administrator's kubeconfig.
    public var isAdministered: Bool {
        get throws { try Files.read(plane.file("admin.conf")) != nil }
    }
}

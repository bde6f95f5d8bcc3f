import Digest
import Glibc
import JSON
import Processes

/// The certificates in a server's `tls` folder: five authorities for ten years,
/// and what they sign for one.
struct LeafCertificates: Sendable {
    /// The `tls` folder.
    let directory: String
    /// Addresses and names the server is called by.
    let addresses: [String]

    /// A certificate of the folder, by its path without ending.
    struct Leaf: Hashable, Sendable {
        let path: String, authority: String, subject: String
        let usages: [String]
        var isNamed = false
    }

    /// Days k3s wants a certificate to have left when it starts.
    static let margin = 120

    static let authorities = [
        ("server-ca", "k3s-server-ca"), ("client-ca", "k3s-client-ca"),
        ("request-header-ca", "k3s-request-header-ca"), ("etcd/server-ca", "etcd-server-ca"),
        ("etcd/peer-ca", "etcd-peer-ca"),
    ]

    private static let both = ["serverAuth", "clientAuth"]

    static let serving = Leaf(
        path: "serving-kube-apiserver", authority: "server-ca", subject: "/CN=kube-apiserver",
        usages: ["serverAuth"], isNamed: true)

    static let all =
        [
            serving, client("admin", "system:admin", "system:masters"),
            client("auth-proxy", "system:auth-proxy", by: "request-header-ca"),
            client("controller", "system:kube-controller-manager"),
            client("k3s-cloud-controller", "k3s-cloud-controller-manager"),
            client("k3s-controller", "system:k3s-controller"),
            client("kube-apiserver", "system:apiserver", "system:masters"),
            client("kube-proxy", "system:kube-proxy"),
            client("scheduler", "system:kube-scheduler"),
            client("supervisor", "system:k3s-supervisor", "system:masters"),
            Leaf(
                path: "etcd/client", authority: "etcd/server-ca", subject: "/CN=etcd-client",
                usages: ["clientAuth"]),
            Leaf(
                path: "etcd/server-client", authority: "etcd/server-ca", subject: "/CN=etcd-server",
                usages: both, isNamed: true),
            Leaf(
                path: "etcd/peer-server-client", authority: "etcd/peer-ca",
                subject: "/CN=etcd-peer", usages: both, isNamed: true),
        ]

    private static func client(
        _ name: String, _ user: String, _ group: String = "", by authority: String = "client-ca"
    ) -> Leaf {
        Leaf(
            path: "client-\(name)", authority: authority,
            subject: (group.isEmpty ? "" : "/O=\(group)") + "/CN=\(user)", usages: ["clientAuth"])
    }

    // MARK: making

    /// Makes every authority and certificate that is missing, and those that
    /// end too soon or name other addresses.
    func makeAll() throws {
        try Files.makeDirectory("\(directory)/etcd")
        for (path, name) in Self.authorities { try makeAuthority(path, name) }
        for leaf in Self.all { try makeIfNeeded(leaf) }
        try keepNames()
    }

    /// The same for what an API alone needs.
    func makeServing() throws {
        try makeAuthority("server-ca", "k3s-server-ca")
        try makeIfNeeded(Self.serving)
        try keepNames()
    }

    /// Makes the certificate at `path` anew, valid for so many days from now;
    /// fewer than one: it has ended.
    func make(_ leaf: Leaf, days: Int = 365) throws {
        try CertificateFiles.make(
            CertificateRequest(
                subject: leaf.subject, usages: leaf.usages, names: leaf.isNamed ? names : [],
                days: days),
            at: "\(directory)/\(leaf.path)", authority: "\(directory)/\(leaf.authority)")
    }

    /// Throws every signed certificate away: they come back with the next start.
    func forget() {
        for leaf in Self.all {
            Files.remove("\(directory)/\(leaf.path).crt")
            Files.remove("\(directory)/\(leaf.path).key")
        }
    }

    private func makeAuthority(_ path: String, _ name: String) throws {
        let place = "\(directory)/\(path)"
        guard try Files.read("\(place).crt") == nil || Files.read("\(place).key") == nil else {
            return
        }
        let subject = "/CN=\(name)@\(Moment.now.milliseconds / 1000)"
        try CertificateFiles.make(CertificateRequest(subject: subject, days: 3650), at: place)
        // What another authority of this name signed is worth nothing now.
        for leaf in Self.all where leaf.authority == path {
            Files.remove("\(directory)/\(leaf.path).crt")
        }
    }

    private func makeIfNeeded(_ leaf: Leaf) throws {
        let place = "\(directory)/\(leaf.path)"
        let isThere = try Files.read("\(place).crt") != nil && Files.read("\(place).key") != nil
        let isNamed = try !leaf.isNamed || Files.read(namesFile) == namesText
        if isThere, isNamed, try CertificateFiles.lasts("\(place).crt", days: Self.margin) {
            return
        }
        try make(leaf)
    }

    private var names: [String] {
        let given = addresses.map { Listener.isAddress($0) ? "IP:\($0)" : "DNS:\($0)" }
        let own = [
            "IP:127.0.0.1", "IP:10.43.0.1", "DNS:localhost", "DNS:kubernetes",
            "DNS:kubernetes.default", "DNS:kubernetes.default.svc",
            "DNS:kubernetes.default.svc.cluster.local",
        ]
        var names: [String] = []
        for name in given + own where !names.contains(name) { names.append(name) }
        return names
    }

    /// k3s keeps the names of its certificate in a file of this name.
    private var namesFile: String { "\(directory)/dynamic-cert.json" }

    private var namesText: [UInt8] {
        (["names": .array(names.map(JSONValue.string))] as JSONValue).utf8
    }

    private func keepNames() throws {
        guard try Files.read(namesFile) != namesText else { return }
        try Files.write(namesText, to: namesFile, mode: 0o600)
    }
}

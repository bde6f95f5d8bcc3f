internal import Digest
internal import Glibc
internal import JSON
internal import YAML

/// Who a kubelet is for its cluster: what `/etc/kubernetes/kubelet.conf` says
/// and the certificate it names.
struct KubeletIdentity: Hashable, Sendable {
    /// URL of the API.
    let server: String
    /// Certificate and key, PEM.
    let pem: String

    static let kubeconfig = "/etc/kubernetes/kubelet.conf"
    static let settings = "/var/lib/kubelet/config.yaml"
    static let folder = "/var/lib/kubelet/pki"
    static let current = "\(folder)/kubelet-client-current.pem"

    /// What is on this machine's disk; nil without a kubeconfig that can be read.
    static func onDisk() -> KubeletIdentity? {
        guard let text = Disk.text(kubeconfig),
            let config = try? YAMLParser.parseAll(Array(text.utf8)).first?.json,
            let server = config["clusters"]?.array?.first?.at("cluster", "server")?.string,
            let user = config["users"]?.array?.first?["user"]
        else { return nil }
        if let data = user["client-certificate-data"]?.string {
            let pem = Base64.bytes(data).map { String(decoding: $0, as: UTF8.self) }
            return KubeletIdentity(server: server, pem: pem ?? "")
        }
        let file = user["client-certificate"]?.string ?? ""
        return KubeletIdentity(server: server, pem: Disk.text(file) ?? "")
    }

    private var certificate: Certificate? { try? Certificate(pem: Array(pem.utf8)) }

    /// When it ends, in seconds since 1970; nil when there is no certificate.
    var end: Int? { certificate?.notAfter }

    /// Whether so much of its time is over that a kubelet asks for another one.
    func isOld(now: Int) -> Bool {
        guard let certificate else { return false }
        let (start, end) = (certificate.notBefore, certificate.notAfter)
        return now < end && now - start > (end - start) * 8 / 10
    }

    /// Keeps another certificate, as the kubelet does when it gets one, below
    /// `root`.
    static func keep(_ pem: String, below root: String = "") throws(DiskError) {
        let name = "\(folder)/kubelet-client-\(Clock.file(Clock.now)).pem"
        try Disk.makeFolder(root + folder, mode: 0o700)
        try Disk.write(root + name, pem, mode: 0o600)
        try Disk.link(root + current, to: name)
    }
}

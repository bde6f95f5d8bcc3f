internal import Digest
internal import Glibc
internal import LabCluster
internal import LabHosts

/// Makes certificates, and keeps the lab's public authority: what Let's Encrypt
/// is to a real estate.
struct CertificateMaker: Sendable {
    /// Where the authority and Traefik's own certificate are kept.
    let folder: String

    var authorityPath: String { "\(folder)/public-ca.crt" }
    private var authorityKey: String { "\(folder)/public-ca.key" }

    /// Makes the authority and Traefik's own certificate, unless they exist.
    func prepare() throws {
        try Disk.makeFolder(folder, mode: 0o700)
        if !Disk.exists(authorityPath) {
            let made = try KeyedCertificate(
                CertificateRequest(subject: "/CN=\(Trust.issuer)", days: 3650, now: time(nil)))
            try Disk.write(authorityKey, made.key.pem(), mode: 0o600)
            try Disk.write(authorityPath, made.certificate.pem())
        }
        if !Disk.exists("\(folder)/default.crt") {
            let made = try KeyedCertificate(
                CertificateRequest(
                    subject: "/CN=TRAEFIK DEFAULT CERT", usages: ["serverAuth"],
                    names: ["DNS:0000.0000.traefik.default"], now: time(nil)))
            try Disk.write("\(folder)/default.key", made.key.pem(), mode: 0o600)
            try Disk.write("\(folder)/default.crt", made.certificate.pem())
        }
    }

    /// What Traefik shows where it has nothing better.
    var fallback: ServerCertificate {
        ServerCertificate(
            chain: Disk.read("\(folder)/default.crt") ?? [],
            key: Disk.read("\(folder)/default.key") ?? [])
    }

    /// A certificate for `names` that is good for `days` from now on, less than
    /// one for one that has expired.
    func certificate(for names: [String], days: Int) throws -> ServerCertificate {
        guard let certificate = Disk.read(authorityPath), let key = Disk.read(authorityKey) else {
            throw LabFailure("there is no public authority in \(folder)")
        }
        let request = CertificateRequest(
            subject: "/CN=\(names.first ?? "")", usages: ["serverAuth"],
            names: names.map { "DNS:\($0)" }, days: days, now: time(nil))
        let made = try KeyedCertificate(
            request, by: try KeyedCertificate(certificate: certificate, key: key))
        return ServerCertificate(chain: try made.certificate.pem(), key: try made.key.pem())
    }
}

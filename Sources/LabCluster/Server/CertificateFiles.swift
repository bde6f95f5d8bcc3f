import Digest

/// Keys and certificates as files, two for each: `PATH.key` and `PATH.crt`.
enum CertificateFiles {
    /// Makes a key at `path.key` and a certificate at `path.crt`, signed by the
    /// authority at `authority` (also without ending), or by itself.
    static func make(
        _ request: CertificateRequest, at path: String, authority: String? = nil
    ) throws {
        let made = try KeyedCertificate(request, by: try authority.map(read))
        try Files.write(try made.key.pem(), to: "\(path).key", mode: 0o600)
        try Files.write(try made.certificate.pem(), to: "\(path).crt", mode: 0o644)
    }

    /// Those at `path`.
    static func read(_ path: String) throws -> KeyedCertificate {
        try KeyedCertificate(
            certificate: try Files.read("\(path).crt") ?? [],
            key: try Files.read("\(path).key") ?? [])
    }

    /// Makes a private key at `path`, and writes its public half to `target`.
    static func makeKey(_ path: String, publicHalf target: String? = nil) throws {
        let key = try ECKey.generate()
        try Files.write(try key.pem(), to: path, mode: 0o600)
        guard let target else { return }
        try Files.write(try key.publicPEM(), to: target, mode: 0o644)
    }

    /// Whether the certificate at `path` can be read and is valid for `days` more.
    static func lasts(_ path: String, days: Int) throws -> Bool {
        guard let pem = try Files.read(path), let found = try? Certificate(pem: pem) else {
            return false
        }
        return found.notAfter > Moment.now.seconds + days * 86400
    }
}

extension KeyedCertificate {
    /// Both as text.
    var pem: (certificate: String, key: String) {
        get throws {
            (
                String(decoding: try certificate.pem(), as: UTF8.self),
                String(decoding: try key.pem(), as: UTF8.self)
            )
        }
    }
}

extension CertificateRequest {
    /// One for `days` from now; fewer than one: it has ended.
    init(
        subject: String, usages: [String] = [], names: [String] = [], days: Int = 365
    ) {
        self.init(
            subject: subject, usages: usages, names: names, days: days, now: Moment.now.seconds)
    }
}

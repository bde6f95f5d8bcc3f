internal import Digest
internal import Glibc
internal import LabCluster
import Synchronization

/// Which certificates the lab's machines believe: those the lab's public
/// authority signed, in their time, for the right name.
final class Trust: Sendable {
    /// The common name of the authority everybody trusts.
    static let issuer = "Simulated Public CA of recover-lab"

    /// What stands in a certificate.
    struct Facts: Hashable, Sendable {
        var names: [String] = []
        var issuer = ""
        /// Seconds since 1970.
        var from = 0, until = 0

        /// Whether the certificate is for `name`, a wildcard counted.
        func covers(_ name: String) -> Bool {
            names.contains { pattern in
                if pattern.hasPrefix("*.") {
                    let rest = name.drop { $0 != "." }
                    return !rest.isEmpty && rest == pattern.dropFirst()
                }
                return pattern == name
            }
        }
    }

    private let known = Mutex<[[UInt8]: Facts]>([:])

    /// The facts of a PEM certificate; read once.
    func facts(_ certificate: ServerCertificate) -> Facts {
        if let facts = known.withLock({ $0[certificate.chain] }) { return facts }
        let facts = Trust.read(certificate.chain)
        known.withLock { $0[certificate.chain] = facts }
        return facts
    }

    /// Why a client would not believe it, in the words of Go's x509; nil: it does.
    func objection(
        to certificate: ServerCertificate, for name: String, now: Int = time(nil)
    ) -> String? {
        let facts = facts(certificate)
        if now > facts.until || now < facts.from {
            return "x509: certificate has expired or is not yet valid"
        }
        guard facts.covers(name) else {
            let names = facts.names.joined(separator: ", ")
            return "x509: certificate is valid for \(names), not \(name)"
        }
        return facts.issuer == Trust.issuer
            ? nil : "x509: certificate signed by unknown authority"
    }

    private static func read(_ pem: [UInt8]) -> Facts {
        guard let found = try? Certificate(pem: pem) else { return Facts() }
        return Facts(
            names: found.hostNames.map { $0.lowercased() }, issuer: found.issuerName,
            from: found.notBefore, until: found.notAfter)
    }
}

internal import Glibc
internal import LabCluster
internal import Processes
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

    /// The facts of a PEM certificate; read once by the `openssl` program.
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
        let command = Command(
            "/usr/bin/openssl",
            [
                "x509", "-noout", "-startdate", "-enddate", "-dateopt", "iso_8601", "-issuer",
                "-nameopt", "multiline", "-ext", "subjectAltName",
            ], input: pem)
        var facts = Facts()
        guard let said = try? command.capture(deadline: .seconds(20)), said.ending.isSuccess else {
            return facts
        }
        for line in said.output.text.split(separator: "\n") {
            let value = line.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
            let bare = value.drop { $0 == " " }
            if line.hasPrefix("notBefore") { facts.from = seconds(value) }
            if line.hasPrefix("notAfter") { facts.until = seconds(value) }
            if line.contains("commonName") { facts.issuer = String(bare) }
            if line.contains("DNS:") {
                facts.names = line.split(separator: ",").compactMap {
                    $0.split(separator: ":", maxSplits: 1).last.map { String($0).lowercased() }
                }
            }
        }
        return facts
    }

    /// `2026-11-21 06:00:00Z` in seconds since 1970.
    private static func seconds(_ text: String) -> Int {
        let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6 else { return 0 }
        var parts = tm()
        parts.tm_year = numbers[0] - 1900
        parts.tm_mon = numbers[1] - 1
        (parts.tm_mday, parts.tm_hour) = (numbers[2], numbers[3])
        (parts.tm_min, parts.tm_sec) = (numbers[4], numbers[5])
        return timegm(&parts)
    }
}

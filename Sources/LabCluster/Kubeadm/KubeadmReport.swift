import Digest

/// What `kubeadm certs check-expiration` prints.
struct KubeadmReport: Sendable {
    let certificates: KubeadmCertificates
    let now: Moment

    init(_ plane: ControlPlane, now: Moment = .now) {
        certificates = KubeadmCertificates(plane: plane)
        self.now = now
    }

    /// Both tables.
    func text() throws -> String {
        var leaves = [
            [
                "CERTIFICATE", "EXPIRES", "RESIDUAL TIME", "CERTIFICATE AUTHORITY",
                "EXTERNALLY MANAGED",
            ]
        ]
        for leaf in certificates.all {
            guard let pem = try certificates.pem(leaf) else {
                leaves.append(["!MISSING! \(leaf.name)", "", "", "", ""])
                continue
            }
            let authority = KubeadmCertificates.authorities.first { $0.1 == leaf.authority }?.0
            leaves.append([leaf.name] + (try times(pem)) + [authority ?? "", "no      "])
        }
        var authorities = [
            ["CERTIFICATE AUTHORITY", "EXPIRES", "RESIDUAL TIME", "EXTERNALLY MANAGED"]
        ]
        for (name, path, _) in KubeadmCertificates.authorities {
            guard let pem = try Files.read(certificates.plane.file("pki/\(path).crt")) else {
                authorities.append(["!MISSING! \(name)", "", "", ""])
                continue
            }
            authorities.append([name] + (try times(pem)) + ["no      "])
        }
        return Self.table(leaves) + "\n" + Self.table(authorities)
    }

    private func times(_ pem: [UInt8]) throws -> [String] {
        let end = try Certificate(pem: pem).notAfter
        return [
            Moment(milliseconds: end * 1000).longText,
            Self.rest((end * 1000 - now.milliseconds) / 1000),
        ]
    }

    /// Columns as Go's tabwriter sets them: at least ten wide, three apart.
    static func table(_ rows: [[String]]) -> String {
        let last = (rows.first?.count ?? 1) - 1
        let widths = (0..<last).map { column in
            max(10, (rows.map { $0[column].count }.max() ?? 0) + 3)
        }
        return rows.map { row in
            row.enumerated().map { index, cell in
                index == last
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined() + "\n"
        }.joined()
    }

    /// A stretch of time as Kubernetes shortens it.
    static func rest(_ seconds: Int) -> String {
        switch seconds {
        case ..<(-1): "<invalid>"
        case ..<0: "0s"
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m"
        case ..<86400: "\(seconds / 3600)h"
        case ..<(365 * 86400): "\(seconds / 86400)d"
        default: "\(seconds / 86400 / 365)y"
        }
    }
}

import Digest

/// What `k3s certificate check` tells of a server's certificates.
public struct CertificateReport: Sendable {
    /// One certificate.
    struct Row: Hashable, Sendable {
        let file: String, subject: String, usages: String
        /// Seconds since 1970.
        let expires: Int
    }

    let rows: [Row]
    let now: Int

    /// Reads the certificates in the `tls` folder of `folder`.
    public init(of folder: ServerFolder) throws {
        now = Moment.now.seconds
        let paths =
            LeafCertificates.authorities.map { ($0.0, ["CertSign"]) }
            + LeafCertificates.all.map { leaf in
                (leaf.path, leaf.usages.map { $0 == "serverAuth" ? "ServerAuth" : "ClientAuth" })
            }
        rows = try paths.compactMap { path, usages in
            guard let pem = try Files.read(folder.file("tls/\(path).crt")) else { return nil }
            let certificate = try Certificate(pem: pem)
            return Row(
                file: path.split(separator: "/").last.map { "\($0).crt" } ?? path,
                subject: certificate.commonName, usages: usages.joined(separator: ","),
                expires: certificate.notAfter)
        }
    }

    init(rows: [Row], now: Int) {
        self.rows = rows
        self.now = now
    }

    /// `OK`, `WARNING` from when a restart would renew it, or `EXPIRED`.
    func status(_ row: Row) -> String {
        if row.expires <= now { return "EXPIRED" }
        return row.expires - now < LeafCertificates.margin * 86400 ? "WARNING" : "OK"
    }

    /// `--output table`.
    public var table: String {
        let head = [
            ["FILENAME", "SUBJECT", "USAGES", "EXPIRES", "RESIDUAL TIME", "STATUS"],
            ["--------", "-------", "------", "-------", "-------------", "------"],
        ]
        let body = rows.map { row in
            [
                row.file, row.subject, row.usages,
                Moment(milliseconds: row.expires * 1000).longText,
                Self.distance(row.expires - now), status(row),
            ]
        }
        let all = head + body
        let widths = (0..<6).map { column in (all.map { $0[column].count }.max() ?? 0) + 3 }
        let lines = all.map { cells in
            cells.enumerated().map { index, cell in
                index == 5 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined()
        }
        return "\n" + lines.joined(separator: "\n") + "\n"
    }

    /// `--output text`, lines of a log with their level.
    public var lines: [(level: String, text: String)] {
        rows.map { row in
            let what = "\(row.file): certificate \(row.subject) (\(row.usages))"
            let when = Moment(milliseconds: row.expires * 1000).text
            switch status(row) {
            case "EXPIRED": return ("error", "\(what) expired at \(when)")
            case "WARNING":
                let days = LeafCertificates.margin
                return ("warning", "\(what) will expire within \(days) days at \(when)")
            default: return ("info", "\(what) is ok, expires at \(when)")
            }
        }
    }

    /// A stretch of time in words, as k3s rounds it.
    static func distance(_ seconds: Int) -> String {
        let length = abs(seconds)
        let (hour, day) = (3600, 86400)
        let (month, year) = (30 * day, 360 * day)
        switch length {
        case ..<1: return "now"
        case ..<2: return "1 second "
        case ..<60: return "\(length) seconds "
        case ..<120: return "1 minute "
        case ..<hour: return "\(length / 60) minutes "
        case ..<(2 * hour): return "1 hour "
        case ..<day: return "\(length / hour) hours "
        case ..<(2 * day): return "1 day "
        case ..<(7 * day): return "\(length / day) days "
        case ..<(14 * day): return "1 week "
        case ..<month: return "\(length / (7 * day)) weeks "
        case ..<(2 * month): return "1 month "
        case ..<year: return "\(length / month) months "
        case ..<(18 * month): return "1 year "
        case ..<(2 * year): return "2 years "
        default: return "\(length / year) years "
        }
    }
}

extension ServerBoot {
    /// `k3s certificate rotate`: copies `tls` aside and throws away what the
    /// authorities signed; it comes back with the next start. Returns the copy.
    public func rotateCertificates() throws -> String {
        let name = "tls-\(Moment.now.seconds)"
        try Files.copy(folder.file("tls"), to: folder.file(name))
        certificates.forget()
        return "\(folder.shown)/\(name)"
    }

    /// Makes the certificate of the API end at once.
    public func expireServing() throws {
        try certificates.make(LeafCertificates.serving, days: -1)
    }

    /// Makes every certificate end at once, or so many days from now: for
    /// drills. The authorities stay.
    public func age(days: Int) throws {
        for leaf in LeafCertificates.all { try certificates.make(leaf, days: days) }
    }
}

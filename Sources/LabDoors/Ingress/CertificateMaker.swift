internal import LabCluster
internal import LabHosts
internal import Processes

/// Makes certificates with the `openssl` program, and keeps the lab's public
/// authority: what Let's Encrypt is to a real estate.
struct CertificateMaker: Sendable {
    /// Where the authority and what was made is kept.
    let folder: String

    var authorityPath: String { "\(folder)/public-ca.crt" }

    /// Makes the authority and Traefik's own certificate, unless they exist.
    func prepare() throws {
        try Disk.makeFolder(folder, mode: 0o700)
        if !Disk.exists(authorityPath) {
            try run(
                ["-subj", "/CN=\(Trust.issuer)", "-days", "3650"], extensions: "authority", [],
                key: "\(folder)/public-ca.key", out: authorityPath)
        }
        if !Disk.exists("\(folder)/default.crt") {
            try run(
                ["-subj", "/CN=TRAEFIK DEFAULT CERT", "-days", "365"], extensions: "server",
                ["0000.0000.traefik.default"], key: "\(folder)/default.key",
                out: "\(folder)/default.crt")
        }
    }

    /// What Traefik shows where it has nothing better.
    var fallback: ServerCertificate {
        ServerCertificate(
            chain: Disk.read("\(folder)/default.crt") ?? [],
            key: Disk.read("\(folder)/default.key") ?? [])
    }

    /// A certificate for `names` that is good for `days` from now on, less than
    /// none for one that has expired.
    func certificate(for names: [String], days: Int) throws -> ServerCertificate {
        let draft = "\(folder)/draft"
        guard days > 0 else { return try expired(names) }
        try run(
            ["-subj", "/CN=\(names.first ?? "")", "-days", "\(days)"] + signing,
            extensions: "server", names,
            key: "\(draft).key", out: "\(draft).crt")
        return try taken(draft)
    }

    private var signing: [String] { ["-CA", authorityPath, "-CAkey", "\(folder)/public-ca.key"] }

    /// `req` signs for days to come only, `ca` for any span.
    private func expired(_ names: [String]) throws -> ServerCertificate {
        let draft = "\(folder)/draft"
        try Disk.write("\(draft).cnf", configuration(names))
        try Disk.write("\(draft).index", "")
        try Disk.write("\(draft).serial", "01\n")
        try key("\(draft).key")
        try openssl([
            "req", "-new", "-config", "\(draft).cnf", "-key", "\(draft).key", "-subj",
            "/CN=\(names.first ?? "")", "-out", "\(draft).csr",
        ])
        try openssl(
            [
                "ca", "-batch", "-notext", "-config", "\(draft).cnf", "-name", "lab", "-in",
                "\(draft).csr", "-out", "\(draft).crt", "-startdate", "20200101000000Z",
                "-enddate", "20200401000000Z", "-extensions", "server", "-outdir", folder,
            ])
        return try taken(draft)
    }

    private func taken(_ draft: String) throws -> ServerCertificate {
        defer {
            for end in ["key", "crt", "csr", "cnf", "index", "serial"] {
                Disk.remove("\(draft).\(end)")
            }
        }
        guard let chain = Disk.read("\(draft).crt"), let key = Disk.read("\(draft).key") else {
            throw LabFailure("openssl left no certificate in \(folder)")
        }
        return ServerCertificate(chain: chain, key: key)
    }

    // MARK: openssl

    private func run(
        _ arguments: [String], extensions: String, _ names: [String], key path: String,
        out: String
    ) throws {
        try key(path)
        let file = "\(out).cnf"
        try Disk.write(file, configuration(names))
        defer { Disk.remove(file) }
        try openssl(
            [
                "req", "-x509", "-new", "-config", file, "-extensions", extensions, "-key", path,
                "-out", out,
            ] + arguments)
    }

    private func key(_ path: String) throws {
        try openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path])
    }

    private func openssl(_ arguments: [String]) throws {
        let said = try Command("/usr/bin/openssl", arguments).capture(deadline: .seconds(30))
        guard said.ending.isSuccess else {
            throw LabFailure("openssl \(arguments.joined(separator: " ")): \(said.error.text)")
        }
    }

    private func configuration(_ names: [String]) -> String {
        let list =
            names.isEmpty
            ? ""
            : "subjectAltName = "
                + names.map { "DNS:\($0)" }.joined(separator: ", ")
        return """
            [req]
            distinguished_name = name
            [name]
            [authority]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            [server]
            basicConstraints = critical, CA:FALSE
            keyUsage = critical, digitalSignature
            extendedKeyUsage = serverAuth
            \(list)
            [lab]
            certificate = \(authorityPath)
            private_key = \(folder)/public-ca.key
            database = \(folder)/draft.index
            serial = \(folder)/draft.serial
            default_md = sha256
            policy = any
            unique_subject = no
            [any]
            commonName = supplied

            """
    }
}

import Digest
import JSON

/// The start of a k3s server up to the point where its API can be opened: which
/// datastore it has, whether its token opens it, and which authorities hold.
public struct ServerBoot: Sendable {
    let folder: ServerFolder
    let settings: ServerSettings

    /// A start in `folder`.
    public init(_ folder: ServerFolder, _ settings: ServerSettings) {
        self.folder = folder
        self.settings = settings
    }

    /// What the server keeps its state in.
    public enum Kind: Hashable, Sendable { case sqlite, etcd }

    /// An etcd that was ever started wins over a `state.db` beside it; then who
    /// founds or joins a cluster gets an etcd; else it is SQLite.
    public var kind: Kind {
        if isKnown { return .etcd }
        return settings.clusterInit || settings.token != nil && settings.joinURL != nil
            ? .etcd : .sqlite
    }

    /// Where this process finds the server's folder.
    public var path: String { folder.path }
    /// The server it is told to join.
    public var joinURL: String? { settings.joinURL }
    /// Whether it joins that one, because it has no data yet.
    public var joinsAnew: Bool { !isKnown && settings.joinURL != nil }
    /// Settings all servers of a cluster must share.
    public var critical: [String: [String]] { settings.critical }

    /// Whether its etcd was ever started, and is still a member for all it knows.
    public var isKnown: Bool {
        folder.exists("db/etcd/member/wal") && !folder.exists("db/etcd/tombstone")
    }

    /// A client of this server's own etcd.
    var etcdClient: EtcdClient {
        get throws {
            let member = EtcdMember(folder: folder, settings: settings)
            return try EtcdClient(
                endpoints: [member.client],
                credentials: EtcdCredentials(k3s: folder.file("tls/etcd")))
        }
    }

    /// What k3s writes on the Node of a server with an etcd.
    public var etcdAnnotations: [String: String] {
        get throws {
            let member = EtcdMember(folder: folder, settings: settings)
            return [
                "etcd.k3s.cattle.io/node-name": try member.name(),
                "etcd.k3s.cattle.io/node-address": settings.address,
            ]
        }
    }

    /// Opens `db/state.db`.
    func openKine() throws -> Kine {
        try Files.makeDirectory(folder.file("db"))
        do {
            return try Kine(path: folder.file("db/state.db"))
        } catch {
            throw ServerRefusal.preparing("creating storage endpoint: building kine: \(error)")
        }
    }

    /// The password in force: what the server was told, else what it kept.
    func password() throws -> String? {
        guard let text = try settings.token ?? keptToken() else { return nil }
        guard let password = JoinToken.password(in: text) else {
            throw ServerRefusal.malformedToken
        }
        return password
    }

    /// What k3s makes up for a cluster nobody gave a token.
    static func newPassword() -> String { SHA256.hexadecimal(Random.bytes(16)) }

    private func keptToken() throws -> String? {
        let text = try Files.read(folder.file("token")).map { String(decoding: $0, as: UTF8.self) }
        let line = text?.split(separator: "\n").first.map(String.init)
        return line?.isEmpty == false ? line : nil
    }

    /// Brings disk and datastore together and makes what is missing; returns
    /// the password in force.
    func reconcile(_ datastore: any Datastore) throws -> String {
        let known = try password()
        let records = try datastore.load("/bootstrap/").entries
        var isSaved = false
        if let known, !records.isEmpty {
            guard let record = records.first(where: { $0.key == Bootstrap.key(known) }),
                let bootstrap = Bootstrap(sealed: record.value, password: known)
            else { throw ServerRefusal.otherToken }
            try adopt(bootstrap)
            isSaved = true
        } else if !records.isEmpty {
            throw ServerRefusal.otherToken
        }
        let password = known ?? Self.newPassword()
        try furnish(password)
        if !isSaved {
            let change = StoredChange(
                key: Bootstrap.key(password), value: try Bootstrap(of: folder).sealed(password))
            _ = try datastore.commit([change])
        }
        return password
    }

    /// Takes over what all servers have in common; refused when the disk has
    /// something newer.
    func adopt(_ bootstrap: Bootstrap) throws {
        if folder.isEmpty("tls") || folder.isEmpty("tls/etcd") {
            try bootstrap.write(to: folder)
            return certificates.forget()
        }
        let disk = try Bootstrap(of: folder)
        switch Reconciliation(record: bootstrap, disk: disk, isReset: settings.isReset) {
        case .same: break
        case .newerOnDisk(let places): throw ServerRefusal.newer(places, in: folder)
        case .write:
            try bootstrap.write(to: folder)
            certificates.forget()
        }
    }

    var certificates: LeafCertificates {
        LeafCertificates(
            directory: folder.file("tls"), addresses: [settings.address] + settings.names)
    }

    /// Makes authorities, certificates, passwords and tokens, where missing.
    func furnish(_ password: String) throws {
        try certificates.makeAll()
        if !folder.exists("tls/service.key") {
            try CertificateFiles.makeKey(folder.file("tls/service.key"))
        }
        if !folder.exists("cred/ipsec.psk") {
            let secret = SHA256.hexadecimal(Random.bytes(48))
            try folder.write("cred/ipsec.psk", Array("\(secret)\n".utf8))
        }
        if !folder.exists("cred/passwd") {
            let lines = "\(password),node,k3s:agent,\n\(password),server,k3s:server,\n"
            try folder.write("cred/passwd", Array(lines.utf8))
        }
        let digest = SHA256.hex(try Files.read(folder.file("tls/server-ca.crt")) ?? [])
        let token = Array((JoinToken(password).full(authorityDigest: digest) + "\n").utf8)
        // A token given by flag or environment takes the place of the kept one.
        if try Files.read(folder.file("token")) != token { try folder.write("token", token) }
        try Files.link(folder.file("node-token"), to: "\(folder.shown)/token")
        try Files.link(folder.file("agent-token"), to: "\(folder.shown)/token")
    }
}

import Digest
import Glibc

/// The etcd of one server: its name, its addresses and its command line.
struct EtcdMember: Sendable {
    let folder: ServerFolder
    let settings: ServerSettings

    var client: String { "https://\(settings.address):2379" }
    var peer: String { "https://\(settings.address):2380" }
    /// Where a temporary one answers, without TLS.
    var temporary: String { "http://\(settings.address):2399" }

    /// How etcd shall take its place.
    enum Place: Hashable, Sendable {
        /// It knows from its data.
        case known
        /// One of those that found a cluster; `name=peer` of all, itself included.
        case founding([String])
        /// One more; `name=peer` of all, itself included.
        case joining([String])
        /// Alone, whatever its data says.
        case forced
    }

    /// The member's name, kept in `db/etcd/name`; a new one where there is none
    /// or it shall be `renewed`.
    func name(renewed: Bool = false) throws -> String {
        if !renewed, let known = try Files.read(folder.file("db/etcd/name")) {
            return String(decoding: known, as: UTF8.self)
        }
        let name = "\(settings.nodeName)-\(SHA256.hexadecimal(Random.bytes(4)))"
        try folder.write("db/etcd/name", Array(name.utf8))
        chmod(folder.file("db/etcd"), 0o700)
        return name
    }

    /// A simulated machine's power goes with its processes, never with this
    /// machine's memory: what was written is there, synced or not.
    static let throwAway = ["--unsafe-no-fsync"]

    /// What k3s says when none of `members` is this one at its address of today.
    func complaint(of members: [EtcdMembers.Member], name: String) -> String? {
        let found = members.flatMap { member in member.peers.map { "\(member.name)=\($0)" } }
        guard !found.contains("\(name)=\(peer)") else { return nil }
        return "Failed to test etcd connection: this server is a not a member of the etcd cluster. "
            + "Found \(found), expect: \(name)=\(peer)"
    }

    /// What etcd is started with on the machine.
    func arguments(_ place: Place) throws -> [String] {
        let (tls, name) = ("\(folder.shown)/tls/etcd", try name())
        var arguments =
            [
                "--name", name, "--data-dir", "\(folder.shown)/db/etcd", "--listen-client-urls",
                client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--client-cert-auth",
                "--peer-client-cert-auth",
                "--cert-file", "\(tls)/server-client.crt", "--key-file", "\(tls)/server-client.key",
                "--trusted-ca-file", "\(tls)/server-ca.crt", "--peer-cert-file",
                "\(tls)/peer-server-client.crt", "--peer-key-file", "\(tls)/peer-server-client.key",
                "--peer-trusted-ca-file", "\(tls)/peer-ca.crt", "--log-outputs", "stderr",
                "--logger",
                "zap", "--heartbeat-interval", "50", "--election-timeout", "500",
                // As etcd 3.5 does by itself: who hears nobody does not disturb the others.
                "--pre-vote",
                // Machines that share one loopback all call from the address they call.
                "--experimental-peer-skip-client-san-verification",
            ] + Self.throwAway
        switch place {
        case .known: break
        case .founding(let all): arguments += ["--initial-cluster", all.joined(separator: ",")]
        case .joining(let all):
            arguments += [
                "--initial-cluster", all.joined(separator: ","), "--initial-cluster-state",
                "existing",
            ]
        case .forced: arguments += ["--force-new-cluster"]
        }
        return arguments
    }

    /// The same for a copy of the data, alone and only to be read.
    func temporaryArguments(_ copy: String) throws -> [String] {
        let peer = "http://\(settings.address):2400"
        return [
            "--name", try name(), "--data-dir", "\(folder.shown)/\(copy)", "--listen-client-urls",
            temporary, "--advertise-client-urls", temporary, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--force-new-cluster", "--log-outputs", "stderr",
            "--logger", "zap",
        ] + Self.throwAway
    }
}

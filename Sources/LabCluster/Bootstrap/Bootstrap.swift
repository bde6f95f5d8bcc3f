import Digest
import JSON

/// What every server of a cluster has in common: its authorities, the key of
/// its service accounts, its passwords. k3s keeps it in the datastore, sealed
/// with the token, so that a datastore alone brings a cluster back.
struct Bootstrap: Hashable, Sendable {
    /// By k3s's names.
    var files: [String: BootstrapFile]

    /// Where each file lies below the server's folder.
    static let places: [String: String] = [
        "ServerCA": "tls/server-ca.crt", "ServerCAKey": "tls/server-ca.key",
        "ClientCA": "tls/client-ca.crt", "ClientCAKey": "tls/client-ca.key",
        "RequestHeaderCA": "tls/request-header-ca.crt",
        "RequestHeaderCAKey": "tls/request-header-ca.key",
        "ETCDServerCA": "tls/etcd/server-ca.crt", "ETCDServerCAKey": "tls/etcd/server-ca.key",
        "ETCDPeerCA": "tls/etcd/peer-ca.crt", "ETCDPeerCAKey": "tls/etcd/peer-ca.key",
        "ServiceKey": "tls/service.key", "PasswdFile": "cred/passwd",
        "IPSECKey": "cred/ipsec.psk",
    ]

    init(files: [String: BootstrapFile]) { self.files = files }

    /// What lies in `folder`.
    init(of folder: ServerFolder) throws(FileError) {
        files = [:]
        for (name, place) in Bootstrap.places { files[name] = try folder.read(place) }
    }

    /// Puts every file into `folder`, with the time it had.
    func write(to folder: ServerFolder) throws(FileError) {
        for (name, file) in files {
            if let place = Bootstrap.places[name] { try folder.write(place, file) }
        }
    }

    // MARK: the record

    /// The key of the record for a token's password.
    static func key(_ password: String) -> String {
        "/bootstrap/" + SHA256.hex(password).prefix(12)
    }

    /// The record's value, sealed with a token's password as k3s does it.
    func sealed(_ password: String) throws -> [UInt8] {
        let salt = SHA256.hexadecimal(Random.bytes(8))
        let nonce = Random.bytes(12)
        let secret = try AESGCM.seal(json.utf8, key: Bootstrap.secret(password, salt), nonce: nonce)
        return Array("\(salt):\(Base64.encode(nonce + secret))".utf8)
    }

    /// Opens a record; nil when the password is another or it is damaged.
    init?(sealed: [UInt8], password: String) {
        let text = String(decoding: sealed, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":"),
            let bytes = Base64.decode(String(text[text.index(after: colon)...])),
            let plain = try? AESGCM.open(
                Array(bytes.dropFirst(12)),
                key: Bootstrap.secret(password, String(text[..<colon])),
                nonce: Array(bytes.prefix(12))), let json = try? JSONValue(parsing: plain)
        else { return nil }
        self.init(json)
    }

    private static func secret(_ password: String, _ salt: String) -> [UInt8] {
        PBKDF2.sha1(password, salt: salt, iterations: 4096, count: 32)
    }

    // MARK: JSON

    private var json: JSONValue {
        .object(
            files.mapValues { file in
                [
                    "Timestamp": .string(Moment(milliseconds: file.changed * 1000).text),
                    "Content": .string(Base64.encode(file.content)),
                ]
            })
    }

    private init(_ json: JSONValue) {
        files = [:]
        for (name, file) in json.object ?? [:] {
            // Older records have the content alone, without a time.
            let text = file["Content"]?.string ?? file.string ?? ""
            let moment = Moment(file["Timestamp"]?.string.map { String($0.prefix(19)) + "Z" })
            files[name] = BootstrapFile(
                content: Base64.decode(text) ?? [], changed: (moment?.milliseconds ?? 0) / 1000)
        }
    }
}

import Digest
import Synchronization

extension Cluster {
    /// `k3s token rotate` on the server of `boot`: the record of the authorities
    /// is sealed with another password, `new` or one made up; who joins needs
    /// that one. Snapshots taken before still need the old one.
    ///
    /// - Throws: `ServerRefusal` when `old` is not the token in force.
    public func rotateToken(from old: String, to new: String?, on boot: ServerBoot) throws {
        let refusal = JoinToken(old).refusal(
            by: JoinToken(password), authorityDigest: authority.certificateDigest)
        if let refusal { throw ServerRefusal("\(refusal)") }
        let next = try new.map { (text) throws(ServerRefusal) in
            guard let password = JoinToken.password(in: text) else {
                throw ServerRefusal.malformedToken
            }
            return password
        }
        let password = next ?? ServerBoot.newPassword()
        Files.remove(boot.folder.file("cred/passwd"))
        try boot.furnish(password)
        let record = try Bootstrap(of: boot.folder).sealed(password)
        try mutation.withLock { _ in
            try store.withLock { try $0.reseal(record, at: Bootstrap.key(password)) }
        }
        token.withLock { $0 = password }
    }

    /// The password of the token in force.
    var password: String { token.withLock { $0 } }
}

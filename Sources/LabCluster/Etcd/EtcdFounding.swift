/// The servers of a new cluster whose etcds are founded together.
///
/// k3s knows no such thing: there the first server founds the cluster and the
/// others join one after the other. It is how an estate is born in a moment
/// that has stood for years.
public struct EtcdFounding: Sendable {
    /// What the founder has and the others get.
    let bootstrap: Bootstrap
    /// Password of the cluster's token.
    let password: String?
    /// `name=peer` of all members.
    let members: [String]

    /// The founding of a cluster by `servers`, of which the first has its
    /// authorities already. Each gets the name of its member.
    ///
    /// - Throws: what keeps files from being read or written.
    public init(_ servers: [ServerBoot]) throws {
        guard let founder = servers.first else {
            throw ServerRefusal.preparing("nobody founds the cluster")
        }
        bootstrap = try Bootstrap(of: founder.folder)
        password = try founder.password()
        members = try servers.map { server in
            let member = EtcdMember(folder: server.folder, settings: server.settings)
            return "\(try member.name())=\(member.peer)"
        }
    }
}

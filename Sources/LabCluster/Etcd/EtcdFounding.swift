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
    private let servers: [ServerBoot]

    /// The founding of a cluster by `servers`, of which the first has its
    /// authorities already. Each gets the name of its member.
    ///
    /// - Throws: what keeps files from being read or written.
    public init(_ servers: [ServerBoot]) throws {
        self.servers = servers
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

    /// Whether the servers before `boot` have begun their etcds.
    ///
    /// A new member first asks the others whether they have a cluster already,
    /// each for a second: who listens and does not answer yet because it asks
    /// itself keeps it waiting, who does not listen yet does not.
    func isTurn(of boot: ServerBoot) -> Bool {
        servers.prefix { $0.path != boot.path }.allSatisfy(\.isKnown)
    }
}

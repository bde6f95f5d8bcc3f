import LabCluster

/// A file server came back, and its file systems have other identities: what
/// was mounted before says `Stale file handle` until it is mounted anew.
struct RenewFileServer: Fault {
    static let usage = "stale-nfs SERVER"
    static let meaning =
        "the file server (NFS) is back with other file systems: every handle is stale"

    let words: [String]

    init(_ words: [String], in description: LabDescription) { self.words = words }

    func happen(in world: World) throws {
        let server = try world.clusters.fileServer(words[0])
        guard !world.clusters.fileServers.isEmpty(server) else { return }
        try world.clusters.fileServers.renew(server)
    }

    func unseen(in world: World) -> [String] {
        []
    }

    func mend(in world: World) throws {
        try world.clusters.fileServers.start(try world.clusters.fileServer(words[0]))
    }
}

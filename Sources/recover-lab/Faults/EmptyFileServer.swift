import LabCluster

/// A file server came back without the disk it should export: an application
/// that is started now finds nothing and begins anew.
struct EmptyFileServer: Fault {
    static let usage = "empty-nfs SERVER"
    static let meaning = "the file server (NFS) is back without its disk: it exports empty folders"

    let words: [String]

    init(_ words: [String], in description: LabDescription) { self.words = words }

    func happen(in world: World) throws {
        let server = try world.clusters.fileServer(words[0])
        try world.clusters.fileServers.empty(server)
    }

    func unseen(in world: World) -> [String] {
        world.clusters.fileServers.isEmpty(words[0]) ? [] : ["\(words[0]) has its disk"]
    }

    func mend(in world: World) throws {
        try world.clusters.fileServers.start(try world.clusters.fileServer(words[0]))
    }
}

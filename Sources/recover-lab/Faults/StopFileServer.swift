import LabCluster

/// A file server is down. What is mounted from it hangs, and goes on when the
/// server is back as it was.
struct StopFileServer: Fault {
    static let usage = "stop-nfs SERVER"
    static let meaning = "the file server (NFS) answers no more; what is mounted from it hangs"

    let words: [String]

    init(_ words: [String], in description: LabDescription) { self.words = words }

    func happen(in world: World) throws {
        let server = try world.clusters.fileServer(words[0])
        try world.clusters.fileServers.stop(server)
    }

    func unseen(in world: World) -> [String] {
        world.clusters.fileServers.state(of: words[0]).isUp ? ["\(words[0]) still answers"] : []
    }

    func mend(in world: World) throws {
        try world.clusters.fileServers.start(try world.clusters.fileServer(words[0]))
    }
}

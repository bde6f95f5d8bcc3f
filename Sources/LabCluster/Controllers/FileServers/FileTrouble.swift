import JSON

/// What ails a mount of a pod that runs.
enum FileTrouble: Hashable {
    /// The server is away: whoever reads or writes waits.
    case hangs(FileExport)
    /// It is back as another one: `ESTALE`.
    case stale(FileExport)

    /// Nil for a mount that is well.
    init?(_ export: FileExport, of pod: JSONValue, on node: String, _ servers: any FileServers) {
        let state = servers.state(of: export.server)
        let own = export.mount(of: pod, generation: state.generation)
        let mount = servers.mounts(on: node).first { $0.isSame(as: own) }
        if !state.isUp {
            self = .hangs(export)
        } else if let mount, mount.generation != state.generation {
            self = .stale(export)
        } else {
            return nil
        }
    }

    var reason: String {
        switch self {
        case .hangs: "FileServerNotResponding"
        case .stale: "StaleFileHandle"
        }
    }

    var message: String {
        switch self {
        case .hangs(let export):
            "nfs: server \(export.server) not responding, still trying: \(export.path) hangs"
        case .stale(let export): "\(export.server):\(export.path): Stale file handle"
        }
    }
}

import JSON
import LabCluster
import LabHosts
import Synchronization

/// The file servers of the lab, outside of every machine: whether each is up,
/// in a file; the volumes themselves are folders below `outside/nfs`. What a
/// machine has mounted stands on the machine.
final class LabFileServers: FileServers {
    private struct Seen {
        var states: [String: FileServerState] = [:]
        var mounts: [String: [NodeMount]] = [:]
    }

    private let paths: LabPaths
    private let nodes: [String]
    private let seen = Mutex(Seen())

    init(_ paths: LabPaths, nodes: [String]) {
        self.paths = paths
        self.nodes = nodes
    }

    // MARK: the servers

    private var folder: String { "\(paths.outside)/file-servers" }
    private func disk(_ server: String) -> String { "\(paths.outside)/nfs/\(server)" }
    private func away(_ server: String) -> String { "\(paths.outside)/nfs-unmounted/\(server)" }

    private func read(_ server: String) -> FileServerState {
        let json = Disk.read("\(folder)/\(server)").flatMap { try? JSONValue(parsing: $0) }
        return FileServerState(
            isUp: json?["up"]?.bool ?? true, generation: json?["generation"]?.int ?? 0)
    }

    private func change(_ server: String, _ body: (inout FileServerState) throws -> Void) throws {
        var state = read(server)
        try body(&state)
        try Disk.makeFolder(folder)
        let json: JSONValue = ["up": .bool(state.isUp), "generation": .int(state.generation)]
        try Disk.write("\(folder)/\(server)", json.text + "\n")
        refresh()
    }

    /// It answers no more.
    func stop(_ server: String) throws { try change(server) { $0.isUp = false } }

    /// It was started again, and its file systems have other identities.
    func renew(_ server: String) throws {
        try change(server) { state in
            state.isUp = true
            state.generation += 1
        }
    }

    /// It was started again without the disk it exports: an empty folder is
    /// exported in its place.
    func empty(_ server: String) throws {
        try Disk.makeFolder("\(paths.outside)/nfs-unmounted")
        if !Disk.exists(away(server)), Disk.exists(disk(server)) {
            try Disk.move(disk(server), to: away(server))
        }
        try renew(server)
    }

    /// It is repaired: its disk is mounted, and it answers. The same disk has
    /// the same identity, where nothing else was exported in between.
    func start(_ server: String) throws {
        let wasEmpty = Disk.exists(away(server))
        if wasEmpty {
            Disk.removeTree(disk(server))
            try Disk.move(away(server), to: disk(server))
        }
        try change(server) { state in
            state.isUp = true
            if wasEmpty { state.generation += 1 }
        }
    }

    /// Whether it exports the disk it should.
    func isEmpty(_ server: String) -> Bool { Disk.exists(away(server)) }

    // MARK: FileServers

    func refresh() {
        var fresh = Seen()
        for server in Disk.names(folder) { fresh.states[server] = read(server) }
        for node in nodes {
            let mounts = NodeMount.all(paths.tree(node))
            if !mounts.isEmpty { fresh.mounts[node] = mounts }
        }
        seen.withLock { $0 = fresh }
    }

    func state(of server: String) -> FileServerState {
        seen.withLock { $0.states[server] ?? FileServerState() }
    }

    func mounts(on node: String) -> [FileMount] {
        (seen.withLock { $0.mounts[node] } ?? []).map { mount in
            FileMount(
                pod: mount.pod, volume: mount.volume, server: mount.server, path: mount.path,
                target: mount.target, generation: mount.generation, isStuck: mount.isStuck,
                isDetached: mount.isDetached)
        }
    }

    func mount(_ mount: FileMount, on node: String) {
        do { try Self.kept(mount).put(paths.tree(node)) } catch {
            Complaint.say("\(node): \(mount.target) cannot be mounted: \(error)")
        }
        refresh()
    }

    func unmount(_ mount: FileMount, on node: String) {
        Self.kept(mount).remove(paths.tree(node))
        refresh()
    }

    private static func kept(_ mount: FileMount) -> NodeMount {
        NodeMount(
            pod: mount.pod, volume: mount.volume, server: mount.server, path: mount.path,
            target: mount.target, generation: mount.generation, isStuck: mount.isStuck,
            isDetached: mount.isDetached)
    }

    /// A kubelet starts: it is free of what it hung in, if the server is back.
    func kubeletStarted(on node: String) {
        refresh()
        for mount in mounts(on: node) where mount.isStuck && state(of: mount.server).isUp {
            unmount(mount, on: node)
        }
    }
}

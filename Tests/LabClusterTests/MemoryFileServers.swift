import Synchronization

@testable import LabCluster

/// File servers without a machine: what is up, and what nodes have mounted.
final class MemoryFileServers: FileServers {
    private let states = Mutex<[String: FileServerState]>([:])
    private let tables = Mutex<[String: [FileMount]]>([:])

    func refresh() {}
    func state(of server: String) -> FileServerState {
        states.withLock { $0[server] ?? FileServerState() }
    }
    func set(_ server: String, _ change: (inout FileServerState) -> Void) {
        states.withLock { change(&$0[server, default: FileServerState()]) }
    }
    func mounts(on node: String) -> [FileMount] { tables.withLock { $0[node] ?? [] } }
    func mount(_ mount: FileMount, on node: String) {
        unmount(mount, on: node)
        tables.withLock { $0[node, default: []].append(mount) }
    }
    func unmount(_ mount: FileMount, on node: String) {
        tables.withLock { $0[node]?.removeAll { $0.isSame(as: mount) } }
    }
    /// What a start of the node's kubelet does.
    func restartKubelet(_ node: String) {
        let up = tables.withLock { $0[node] ?? [] }.filter {
            $0.isStuck && state(of: $0.server).isUp
        }
        for mount in up { unmount(mount, on: node) }
    }
}

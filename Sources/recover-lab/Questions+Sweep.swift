import JSON
import LabCluster
import LabHosts
import Processes

/// What a crash sweep asks: barriers, counts, and copies of the whole world.
extension Questions {
    /// Changes of every cluster somebody asked for, oldest first.
    func changes() throws -> JSONValue {
        var changes: JSONValue = [:]
        for name in world.description.clusters {
            changes[name] = .array(try world.clusters.changes(name).map(\.json))
        }
        return changes
    }

    /// Sets a barrier, lets its request go on, or tells whether it holds one.
    func barrier(_ question: JSONValue) throws -> JSONValue {
        let cluster = try world.clusters.cluster(question["cluster"]?.string ?? "")
        let mode: Barrier.Mode
        switch question["verb"]?.string {
        case "hit": return ["hit": .bool(cluster.barrierHit)]
        case "release":
            cluster.releaseBarrier()
            return ["hit": .bool(cluster.barrierHit)]
        case "clear":
            cluster.setBarrier(nil)
            return ["hit": false]
        case "before": mode = .beforeApply
        case "after": mode = .afterApply
        case "late": mode = .applyLate(.milliseconds(question["milliseconds"]?.int ?? 1000))
        default: throw LabFailure("a barrier is before, after, late, hit, release or clear")
        }
        cluster.setBarrier(
            Barrier(
                ordinal: question["ordinal"]?.int ?? 1, verb: question["method"]?.string,
                pathPrefix: question["path"]?.string ?? "/", mode: mode))
        return ["hit": false]
    }

    /// Copies the lab's folder to `target`, which must not exist, while nothing
    /// can change: no cluster, and no file of a machine.
    func copy(to target: String) throws {
        guard target.hasPrefix("/"), !Disk.exists(target) else {
            throw LabFailure("a copy needs an absolute path where nothing is yet")
        }
        try quiesced(world.description.clusters[...]) {
            let standstill = try Standstill()
            defer { standstill.end() }
            // Sockets and what belongs to this life of the lab are made anew. A
            // write-ahead log of etcd is 64 MB of nothing.
            let copied = try Command(
                "/bin/cp", ["-a", "--sparse=always", world.paths.root, target],
                environment: ["PATH": "/usr/bin:/bin"]
            ).capture(deadline: .seconds(120))
            guard copied.ending.isSuccess else { throw LabFailure("cp: \(copied.error.text)") }
        }
    }

    /// A cluster that is down changes nothing.
    private func quiesced(_ names: ArraySlice<String>, _ body: () throws -> Void) throws {
        guard let first = names.first else { return try body() }
        guard let cluster = try? world.clusters.cluster(first) else {
            return try quiesced(names.dropFirst(), body)
        }
        try cluster.quiesce { try quiesced(names.dropFirst(), body) }
    }
}

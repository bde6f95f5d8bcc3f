import Digest
import JSON
import LabCluster
import LabHosts

/// How often each change of the world happened: the sum the sweep is about.
///
/// A change is a request that was *applied*, whether or not anything became
/// different by it: an orphan that lands on top of a retry counts twice. Its
/// key is cluster, verb, path and the digest of what was sent; names of
/// attempts are taken out of it.
struct ChangeCount: Hashable, Sendable {
    private(set) var counts: [String: Int] = [:]

    init() {}

    /// All changes a world has seen, but the first `skipped` of each cluster.
    init(_ world: World, skipping skipped: [String: Int]) throws {
        for name in world.description.clusters {
            let changes = try world.clusters.cluster(name).changes
            for change in changes.dropFirst(skipped[name] ?? 0) {
                if let key = ChangeCount.key(change, name) { counts[key, default: 0] += 1 }
            }
        }
    }

    var total: Int { counts.values.reduce(0, +) }

    /// How often any of `keys` happened.
    func count(of keys: [String]) -> Int { Set(keys).reduce(0) { $0 + (counts[$1] ?? 0) } }

    /// What happened in one of the two as often as it did in either.
    func joined(with other: ChangeCount) -> ChangeCount {
        var joined = self
        joined.counts.merge(other.counts) { max($0, $1) }
        return joined
    }

    /// What happened here and not, or less often, in `other`.
    func excess(over other: ChangeCount) -> [String: Int] {
        var excess: [String: Int] = [:]
        for (key, count) in counts where count > other.counts[key] ?? 0 {
            excess[key] = count - (other.counts[key] ?? 0)
        }
        return excess
    }

    /// Nil for what is no effect of a step: the tool sweeping away a unit of
    /// its own, or taking a unit's name so that a late request cannot.
    static func key(_ change: Change, _ cluster: String) -> String? {
        var path = change.path
        if let slash = path.lastIndex(of: "/"), path[slash...].hasPrefix("/recover-") {
            if change.verb == "unit-stopped" || claims.contains(change.bodyDigest) { return nil }
            // recover-DATE-RUN-STEP-ORDINAL.service
            let words = path[slash...].split(separator: "-").dropFirst(3).dropLast()
            path = path[...slash] + "unit of " + words.joined(separator: "-")
        }
        return "\(cluster) \(change.verb) \(path) \(change.bodyDigest.prefix(12))"
    }

    /// `true`, wherever the PATH of a node finds it first.
    private static let claims = Set(
        UnitProgram.path.split(separator: ":").map { SHA256.hex("\($0)/true") })

    var json: JSONValue { .object(counts.mapValues(JSONValue.int)) }

    init(json: JSONValue) { counts = (json.object ?? [:]).compactMapValues(\.int) }
}

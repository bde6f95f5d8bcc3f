import JSON
import LabCluster
import LabHosts

/// How the whole lab stands, for a person to read and for a drill to compare.
struct WorldState {
    private let world: World

    init(_ world: World) { self.world = world }

    /// Machines and clusters, with what changes at every start left in.
    var json: JSONValue {
        get throws {
            var hosts: JSONValue = [:]
            for host in world.hosts.all {
                hosts[host.declaration.name] = [
                    "power": .string(host.isOn ? "on" : "off"),
                    "reached": .bool(host.isReachable), "host-key": .string(host.hostKey),
                    "ready": .string(world.readiness(host.declaration.name)),
                ]
            }
            return [
                "simulated": true, "estate": .string(world.description.estate), "hosts": hosts,
                "ailments": .array(world.ailments.map(JSONValue.string)),
                "world": try comparable,
            ]
        }
    }

    /// What must be the same again after a recovery: not identities such as
    /// UIDs and host keys, which a replaced machine has new.
    var comparable: JSONValue {
        get throws {
            var state: JSONValue = ["machines": [:]]
            var machines: JSONValue = [:]
            for host in world.hosts.all {
                machines[host.declaration.name] = host.standing
            }
            state["machines"] = machines
            var clusters: JSONValue = [:]
            for name in world.description.clusters {
                var objects = WorldState.placeless(try world.clusters.cluster(name).worldState())
                // Lost with their node by the estate's own account: nobody has a copy.
                for lost in world.description.lab["volumes-without-copy"]?.array ?? [] {
                    objects["volumes/\(lost.string ?? "")"] = nil
                }
                clusters[name] = objects
            }
            state["clusters"] = clusters
            return state
        }
    }

    /// Counts of a workload's pods, without the node they run on: it may be
    /// another one after a recovery. (`pods/NAMESPACE/OWNER/NODE/PHASE`)
    static func placeless(_ state: JSONValue) -> JSONValue {
        var merged: [String: JSONValue] = [:]
        for (key, value) in state.object ?? [:] {
            var parts = key.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 5, parts[0] == "pods",
                parts[2].hasPrefix("Deployment ") || parts[2].hasPrefix("StatefulSet ")
            else {
                merged[key] = value
                continue
            }
            parts[3] = "*"
            let place = parts.joined(separator: "/")
            merged[place] = .int((merged[place]?.int ?? 0) + (value.int ?? 0))
        }
        return .object(merged)
    }

    /// Each place where two states differ, as a line.
    static func differences(
        _ before: JSONValue, _ after: JSONValue, at path: String = ""
    ) -> [String] {
        switch (before, after) {
        case (.object(let left), .object(let right)):
            return Set(left.keys).union(right.keys).sorted().flatMap { key -> [String] in
                switch (left[key], right[key]) {
                case (let old?, let new?): differences(old, new, at: "\(path)/\(key)")
                case (let old?, nil):
                    ["\(path)/\(key) is missing; it was \(shown(old, path + "/" + key))"]
                case (nil, let new):
                    ["\(path)/\(key) is new: \(shown(new ?? .null, path + "/" + key))"]
                }
            }
        default:
            guard before != after else { return [] }
            return ["\(path) is \(shown(after, path)); it was \(shown(before, path))"]
        }
    }

    /// A value as a difference shows it: not those of Secrets, and no more than
    /// a line of anything.
    private static func shown(_ value: JSONValue, _ path: String) -> String {
        if path.contains("/secrets/") { return "a value that is not shown" }
        let text = value.text
        return text.count > 200 ? text.prefix(200) + "…" : text
    }
}

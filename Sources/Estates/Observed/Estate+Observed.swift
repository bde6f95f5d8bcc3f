internal import JSON

/// A declared estate as a snapshot, so that the two can be compared.
extension Estate {
    /// Of `observed` what the estate has words for, and the same of itself: a
    /// fact nobody has stated is left out of both.
    public func comparable(
        with observed: ObservedSnapshot
    ) -> (declared: ObservedSnapshot, observed: ObservedSnapshot) {
        var left: [String: [String: ObservedSection]] = [:]
        var right: [String: [String: ObservedSection]] = [:]
        for (name, sections) in observed.clusters {
            var declared: [String: ObservedSection] = [:], seen: [String: ObservedSection] = [:]
            if let nodes = sections["nodes"] {
                (declared["nodes"], seen["nodes"]) = compare(nodes, cluster: name)
            }
            if let version = stated("clusters \(name) version"), let server = sections["server"] {
                declared["server"] = .items(["version": .string(version)])
                seen["server"] =
                    server.items.map { items in
                        .items(items.filter { $0.key == "version" })
                    } ?? server
            }
            if let classes = fact("clusters \(name) storage-classes")?.array,
                let section = sections["storage-classes"]
            {
                let names = classes.compactMap(\.statedText).map { ($0, JSONValue.object([:])) }
                declared["storage-classes"] = .items(Dictionary(names) { first, _ in first })
                seen["storage-classes"] =
                    section.items.map { .items($0.mapValues { _ in [:] }) } ?? section
            }
            left[name] = declared
            right[name] = seen
        }
        let head = { (clusters: [String: [String: ObservedSection]]) in
            ObservedSnapshot(
                estate: observed.estate, taken: observed.taken, salt: observed.salt,
                clusters: clusters)
        }
        return (head(left), head(right))
    }

    private func compare(
        _ section: ObservedSection, cluster: String
    ) -> (ObservedSection, ObservedSection) {
        guard let live = section.items else { return (.items([:]), section) }
        var left: [String: JSONValue] = [:], right: [String: JSONValue] = [:]
        for name in nodeNames(cluster: cluster) {
            guard let declared = node(name) else { continue }
            left[name] = [:]
            for key in ["version", "operating-system", "kernel", "architecture"] {
                take(key, declared[key], live[name]?[key], name, &left, &right)
            }
            let runtime = declared["container-runtime"]?.statedText.map { text in
                JSONValue.string(text.replacing(" ", with: "://"))
            }
            take(
                "container-runtime", runtime, live[name]?["container-runtime"], name, &left, &right)
            for key in ["internal", "external"] {
                take(key, declared.at("address", key), live[name]?[key], name, &left, &right)
            }
            for (key, value) in declared["labels"]?.object ?? [:] {
                take("label \(key)", value, live[name]?.at("labels", key), name, &left, &right)
            }
            take("taints", declared["taints"], live[name]?["taints"], name, &left, &right)
        }
        for name in live.keys where right[name] == nil { right[name] = [:] }
        return (.items(left), .items(right.filter { live[$0.key] != nil }))
    }

    /// A stated fact goes to both sides.
    private func take(
        _ key: String, _ declared: JSONValue?, _ live: JSONValue?, _ name: String,
        _ left: inout [String: JSONValue], _ right: inout [String: JSONValue]
    ) {
        guard let declared, declared != Estate.unknown else { return }
        left[name]?[key] = declared
        right[name, default: [:]][key] = live
    }
}

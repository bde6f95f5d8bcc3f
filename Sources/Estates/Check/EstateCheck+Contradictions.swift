internal import JSON

/// Facts that cannot all be true.
extension EstateCheck {
    var contradictions: [EstateFinding] {
        addresses + memory + versions + ranges + endpoints + singletons + strangers
    }

    private func contradiction(_ code: String, _ subject: String, _ message: String)
        -> EstateFinding
    {
        EstateFinding(code, .matters, subject, message)
    }

    /// An address has one owner; a service may have that of the machine it runs on.
    private var addresses: [EstateFinding] {
        var owners: [String: String] = [:]
        let nodes = estate.nodes.flatMap { node -> [(String, String)] in
            Set((node["address"]?.object ?? [:]).values.compactMap(\.statedText)).sorted()
                .map { ($0, node["name"]?.string ?? "") }
        }
        let others = (estate.list("machines") + estate.list("dependencies")).compactMap { thing in
            thing["address"]?.statedText.map { ($0, thing["name"]?.string ?? "") }
        }
        return (nodes + others).compactMap { address, name in
            guard let owner = owners.updateValue(name, forKey: address), owner != name else {
                return nil
            }
            return contradiction("EC-ADDRESS", name, "\(address) is also the address of \(owner)")
        }
    }

    /// What runs on a machine shares its memory; what is stopped wants none.
    private var memory: [EstateFinding] {
        estate.list("machines").compactMap { host in
            let name = host["name"]?.string ?? ""
            let guests = (estate.nodes + estate.list("machines")).filter {
                $0["on"]?.string == name && $0["state"]?.string != "stopped"
            }
            guard let room = host["memory"]?.string.flatMap(Memory.gigabytes) else { return nil }
            let wanted = guests.compactMap { $0["memory"]?.string.flatMap(Memory.gigabytes) }
                .reduce(0, +)
            guard wanted > room else { return nil }
            return contradiction(
                "EC-MEMORY", name,
                "what runs on it wants \(wanted) GB of its \(room) GB: "
                    + "after a cold start of everything some may not come up")
        }
    }

    private var versions: [EstateFinding] {
        estate.nodes.compactMap { node in
            let cluster = node["cluster"]?.string ?? ""
            guard let version = node["version"]?.statedText,
                let wanted = estate.stated("clusters \(cluster) version"), version != wanted
            else { return nil }
            return contradiction(
                "EC-VERSION", "nodes \(node["name"]?.string ?? "")",
                "it has \(version), the cluster \(cluster) has \(wanted)")
        }
    }

    private var ranges: [EstateFinding] {
        estate.clusters.flatMap { cluster -> [EstateFinding] in
            let name = cluster["name"]?.string ?? ""
            let own = ["pod-cidr", "service-cidr"].compactMap { key in
                cluster[key]?.statedText.flatMap { text in AddressRange(text).map { (text, $0) } }
            }
            let networks = (cluster["node-networks"]?.array ?? []).compactMap { network in
                network["range"]?.statedText.flatMap { text in AddressRange(text).map { (text, $0) }
                }
            }
            var findings: [EstateFinding] = []
            for (index, left) in own.enumerated() {
                for right in own[(index + 1)...] + networks where left.1.overlaps(right.1) {
                    findings.append(
                        contradiction(
                            "EC-RANGE", "clusters \(name)", "\(left.0) overlaps \(right.0)"))
                }
                for node in estate.nodes where node["cluster"]?.string == name {
                    for address in (node["address"]?.object ?? [:]).values.compactMap(\.statedText)
                    where left.1.contains(address) {
                        findings.append(
                            contradiction(
                                "EC-RANGE", "nodes \(node["name"]?.string ?? "")",
                                "its address \(address) lies in \(left.0) of \(name)"))
                    }
                }
            }
            return findings
        }
    }

    /// An API at an address that is no server's is somebody's in between.
    private var endpoints: [EstateFinding] {
        estate.clusters.compactMap { cluster in
            let name = cluster["name"]?.string ?? ""
            guard let host = Endpoint.host(cluster["api"]?.statedText ?? "") else { return nil }
            if Endpoint.isLoopback(host) {
                return contradiction(
                    "EC-API", "clusters \(name)",
                    "its api \(host) is whatever machine asks, not the cluster")
            }
            let servers = estate.nodes.filter {
                $0["cluster"]?.string == name && $0["role"]?.string == "server"
            }
            let known = servers.flatMap { ($0["address"]?.object ?? [:]).values }.compactMap(
                \.statedText)
            let isAll = servers.allSatisfy { $0.at("address", "internal")?.statedText != nil }
            guard isAll, !known.isEmpty, !known.contains(host),
                !estate.list("dependencies").contains(where: { $0["address"]?.string == host })
            else { return nil }
            return contradiction(
                "EC-API", "clusters \(name)",
                "\(host) is no server's address; say in dependencies what answers there")
        }
    }

    /// What may be on one node only is on exactly one.
    private var singletons: [EstateFinding] {
        estate.clusters.flatMap { cluster -> [EstateFinding] in
            let name = cluster["name"]?.string ?? ""
            return (cluster["singletons"]?.statedTexts ?? []).compactMap { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                let nodes = estate.nodes.filter {
                    $0["cluster"]?.string == name && parts.count == 2
                        && $0["labels"]?[parts[0]]?.statedText == parts[1]
                }
                guard nodes.count != 1 else { return nil }
                let names = nodes.compactMap { $0["name"]?.string }.joined(separator: ", ")
                return contradiction(
                    "EC-LABEL", "clusters \(name)",
                    "\(pair) belongs on exactly one node, here it is on "
                        + (names.isEmpty ? "none" : names))
            }
        }
    }

    private var strangers: [EstateFinding] {
        estate.list("not-nodes").compactMap { stranger in
            guard let name = stranger["name"]?.string, estate.node(name) != nil else { return nil }
            return contradiction("EC-NODE", "nodes \(name)", "it stands under not-nodes as well")
        }
    }
}

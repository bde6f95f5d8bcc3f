internal import JSON

/// What shows that the answers are true.
extension EstateDocument {
    var evidence: [String] {
        currentNodes + access + hardware + timeAndNames + documents
    }

    /// EV1.
    private var currentNodes: [String] {
        let rows = (observed?.clusters ?? [:]).sorted { $0.key < $1.key }.flatMap {
            cluster, sections in
            (sections["nodes"]?.items ?? [:]).sorted { $0.key < $1.key }.map { name, node in
                [
                    cluster, name, node["version"]?.words ?? "unknown",
                    node["ready"]?.string == "True" ? "yes" : "no",
                    estate.node(name) == nil ? "no" : "yes",
                ]
            }
        }
        return ["## EV1: Current nodes and versions", ""]
            + (rows.isEmpty
                ? [
                    "Unknown: nothing was observed. `recover snapshot take \(estate.name)` looks.",
                    "",
                ]
                : Markdown.table(
                    ["cluster", "node", "version [o]", "ready [o]", "declared [d]"], rows))
    }

    /// EV2.
    private var access: [String] {
        let rows = estate.clusters.map { cluster -> [String] in
            let name = cluster["name"]?.string ?? ""
            let host = Endpoint.host(cluster["api"]?.statedText ?? "")
            let remark =
                host.map { Endpoint.isLoopback($0) ? "leads to whoever asks: export it again" : "" }
                ?? ""
            return [
                name, Cited.declared(cluster["api"]),
                identities[name] == nil ? "unbound" : "bound [b]",
                host.map { "`curl -sk https://\($0):6443/cacerts \\| sha256sum`" } ?? "unknown",
                remark,
            ]
        }
        return ["## EV2: How the control plane is reached", ""]
            + Markdown.table(["cluster", "api", "kubeconfig", "whose CA", "remark"], rows)
    }

    /// EV3.
    private var hardware: [String] {
        let hosts = estate.list("machines").filter { $0["kind"]?.string == "host" }
        let providers = estate.list("dependencies").filter { $0["kind"]?.string == "provider" }
        let rows =
            hosts.map { host in
                [
                    host["name"]?.string ?? "", Cited.declared(host["hypervisor"]),
                    guests(host["name"]?.string ?? ""),
                ]
            }
            + providers.map { provider in
                [
                    provider["name"]?.string ?? "", "provider [d]",
                    guests(provider["name"]?.string ?? ""),
                ]
            }
        let overcommitted = EstateCheck(estate).findings.filter { $0.code == "EC-MEMORY" }
        return ["## EV3: What hardware and virtualization it depends on", ""]
            + Markdown.table(["host or provider", "what", "carries"], rows)
            + overcommitted.map { "\($0.subject): \($0.message) [c]" }
            + (overcommitted.isEmpty ? [] : [""])
    }

    private func guests(_ host: String) -> String {
        let names = (estate.nodes + estate.list("machines")).filter { $0["on"]?.string == host }
            .compactMap { $0["name"]?.string }
        return names.isEmpty ? "unknown" : names.joined(separator: ", ") + " [d]"
    }

    /// EV4.
    private var timeAndNames: [String] {
        let rows = estate.nodes.map { node in
            [node["name"]?.string ?? "", Cited.declared(node["resolvers"])]
        }
        let register = estate.list("dependencies").filter {
            ["dns", "time"].contains($0["kind"]?.string ?? "")
        }.map { "- \($0["name"]?.string ?? "") (\($0["kind"]?.string ?? "")) [d]" }
        return ["## EV4: Time and names", ""] + Markdown.table(["node", "name servers"], rows)
            + register + (register.isEmpty ? [] : [""])
            + [
                "Asked on each node: `timedatectl`, `chronyc tracking` (skew below 1 s), `resolvectl dns`.",
                "",
            ]
    }

    /// EV5.
    private var documents: [String] {
        ["## EV5: Documents for storage, network and hardware", ""]
            + (estate.facts["documents"]?.array == nil
                ? ["Unknown: nobody has named any.", ""]
                : Markdown.table(
                    ["document", "layer", "where", "valid until"],
                    estate.list("documents").map { document in
                        [document["name"]?.string ?? ""]
                            + ["layer", "url", "valid-until"].map { Cited.declared(document[$0]) }
                    }))
    }
}

internal import JSON

/// Facts of a cluster as a whole.
extension Drift {
    func version(_ cluster: String) -> DriftRow {
        row(
            cluster, "version", declared: declared("clusters \(cluster) version"),
            git: variable("k3s_version"), section: "server", value: { $0["version"]?.words },
            meaning: "a machine that is made anew would get another version than the ones that run",
            next: "say in Git and in estate.yaml what is live, before a node is made anew")
    }

    /// The address the workers know their server by, and the names its
    /// certificate is good for.
    func addresses(_ cluster: String) -> [DriftRow] {
        estate.nodeNames(cluster: cluster, role: "server").flatMap { server -> [DriftRow] in
            let address = row(
                cluster, "address of \(server)",
                declared: declared("nodes \(server) address internal"),
                git: variable("k3s_master_private_ip"), section: "nodes",
                value: { $0[server]?["internal"]?.words },
                meaning: "workers look for their server where it is not: they loop on connecting "
                    + "while ssh works",
                next: "give the address back at the provider; else change k3s_master_private_ip, "
                    + "K3S_URL on each worker and tls-san, one worker after the other")
            guard estate.stated("clusters \(cluster) distribution") == "k3s" else {
                return [address]
            }
            return [address, names(cluster, server)]
        }
    }

    private func names(_ cluster: String, _ server: String) -> DriftRow {
        let now =
            seen(live, cluster, "nodes") { $0[server]?["internal"]?.words }.value
            ?? estate.stated("nodes \(server) address internal")
        let text = local[cluster]?.settings[server]
        let names = text.map { GitView(commit: "", files: ["config.yaml": $0]).list("tls-san") }
        let inGit = fromGit { git in
            let names = git.list("tls-san")
            return names.isEmpty ? nil : names.joined(separator: ", ")
        }
        let isMissing = now.map { address in
            let own = names.map { !$0.isEmpty && !$0.contains(address) } ?? false
            let git =
                inGit.value.map { !$0.split(separator: ", ").contains { $0 == address } } ?? false
            return own || git
        }
        // A server's own address is always in its certificate; a list that
        // leaves it out was written for another one.
        let verdict: DriftRow.Verdict =
            now == nil || (names == nil && inGit.value == nil)
            ? .cannotTell : isMissing == true ? .drift : .same
        return DriftRow(
            cluster, "tls-san of \(server)", declared: now.map { .value($0) } ?? .silent("unknown"),
            git: inGit, observed: .silent("not kept"),
            live: names.map { .value($0.isEmpty ? "none" : $0.joined(separator: ", ")) }
                ?? .silent("\(server) was not read"),
            verdict: verdict,
            meaning: "the certificate was made for another address than \(now ?? "")",
            next: "add \(now ?? "it") to tls-san, restart the server, export the kubeconfigs again")
    }

    /// Which ranges pods and services have, told by those that exist.
    func ranges(_ cluster: String) -> [DriftRow] {
        [
            range(
                cluster, "pod-cidr", "k3s_cluster_cidr", section: "nodes",
                addresses: { $0.values.compactMap { $0["pod-cidr"]?.string } }),
            range(
                cluster, "service-cidr", "k3s_service_cidr", section: "services",
                addresses: { $0.values.compactMap { $0["cluster-ip"]?.string } }),
        ]
    }

    /// A range is live where every address of its kind lies in it.
    private func range(
        _ cluster: String, _ key: String, _ variable: String, section: String,
        addresses: @escaping ([String: JSONValue]) -> [String]
    ) -> DriftRow {
        let wanted = declared("clusters \(cluster) \(key)")
        let range = (wanted.value ?? self.variable(variable).value).flatMap { AddressRange($0) }
        return row(
            cluster, key, declared: wanted, git: self.variable(variable), section: section,
            value: { items in
                let found = addresses(items).map { String($0.prefix { $0 != "/" }) }
                    .filter { $0.contains(".") }
                guard !found.isEmpty else { return nil }
                guard let range else { return found.min() }
                let outside = found.filter { !range.contains($0) }.sorted()
                return outside.first ?? wanted.value ?? self.variable(variable).value
            },
            meaning: "a cluster made anew would give addresses that nothing routes",
            next: "say in Git what is live; a range cannot be changed under a cluster")
    }

    /// A kubeconfig taken from a server says 127.0.0.1, which is whoever asks.
    func kubeconfig(_ cluster: String) -> [DriftRow] {
        let api = estate.stated("clusters \(cluster) api")
        let inGit = fromGit { git in
            let servers = git.files.values.flatMap { text -> [String] in
                guard text.contains("kind: Config"), text.contains("server:") else { return [] }
                return GitView(commit: "", files: ["k.yaml": text]).values(of: "server")
            }
            return servers.isEmpty ? nil : Set(servers).sorted().joined(separator: " and ")
        }
        let server = local[cluster]?.server
        guard inGit.value != nil || server != nil || api != nil else { return [] }
        let isLoopback = [inGit.value, server].contains { text in
            text.flatMap(Endpoint.host).map(Endpoint.isLoopback) ?? false
        }
        return [
            DriftRow(
                cluster, "server of the kubeconfig",
                declared: api.map { .value($0) } ?? .silent("unknown"),
                git: inGit, observed: .silent("not kept"),
                live: server.map { .value($0) } ?? .silent("no kubeconfig is bound"),
                verdict: isLoopback ? .drift : nil,
                meaning: isLoopback
                    ? "127.0.0.1 is whatever machine asks, not the cluster"
                    : "the kubeconfig leads elsewhere",
                next: "export it again, or kubectl config set-cluster NAME --server="
                    + "\(api ?? "https://ADDRESS:6443") --kubeconfig FILE; then compare UID and CA")
        ]
    }

    /// A read-me that nobody corrected misleads whoever rebuilds by it.
    func readMe(_ cluster: String) -> [DriftRow] {
        guard estate.stated("clusters \(cluster) ingress controller") == "traefik", let git else {
            return []
        }
        guard let said = git.disabling("traefik").first else { return [] }
        let runs = { (items: [String: JSONValue]) -> String? in
            items.keys.contains { $0.hasSuffix("/traefik") } ? "runs" : nil
        }
        return [
            row(
                cluster, "Traefik, as \(said.path) says", declared: .value("runs"),
                git: .value("disabled"), section: "workloads", value: runs,
                meaning: "the text is stale: '\(said.line.prefix(80))'",
                next: "correct \(said.path); do not disable what the way to the registry needs")
        ]
    }
}

extension GitView {
    /// The values of a list or a single value called `name`, in files of variables.
    func list(_ name: String) -> [String] {
        var found: [String] = []
        for (_, text) in files.sorted(by: { $0.key < $1.key }) {
            var isInside = false
            for line in text.split(whereSeparator: \.isNewline) {
                let words = line.drop { $0 == " " || $0 == "\t" }
                if isInside, words.hasPrefix("- ") {
                    found += Self.items(words.dropFirst(2))
                    continue
                }
                isInside = false
                guard words.hasPrefix("\(name):") else { continue }
                let rest = words.dropFirst(name.count + 1)
                isInside = rest.allSatisfy { $0 == " " }
                found += Self.items(rest)
            }
        }
        var seen: Set<String> = []
        return found.filter { !$0.isEmpty && !$0.contains("{{") && seen.insert($0).inserted }
    }

    private static func items(_ text: Substring) -> [String] {
        text.split { " ,[]\"'".contains($0) }.map(String.init)
    }
}

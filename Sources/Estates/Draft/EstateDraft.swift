internal import JSON

/// `estate.yaml` and a binding to begin with, from what a living cluster says.
/// What only a person knows is `unknown`, and says who that is.
public struct EstateDraft {
    let name: String
    let api: String
    let kubeconfig: String
    let context: String?
    let authority: String
    let authorityDigest: String
    let seen: [String: ObservedSection]

    /// - Parameters:
    ///   - authority: path of the CA's file, with its digest.
    ///   - seen: by section, as snapshots have them; `identity` holds the UID.
    public init(
        name: String, api: String, kubeconfig: String, context: String?, authority: String,
        authorityDigest: String, seen: [String: ObservedSection]
    ) {
        self.name = name
        self.api = api
        self.kubeconfig = kubeconfig
        self.context = context
        self.authority = authority
        self.authorityDigest = authorityDigest
        self.seen = seen
    }

    func items(_ section: String) -> [(name: String, is: JSONValue)] {
        (seen[section]?.items ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A line of the document: the fact, or `unknown` and who could say it.
    func line(_ key: String, _ fact: String?, ask who: String) -> String {
        guard let fact, fact != "unknown" else { return "\(key): unknown  # \(who)" }
        return "\(key): \(quote(fact))"
    }

    /// YAML's double-quoted text is JSON's; a plain word needs no quotes.
    func quote(_ text: String) -> String {
        let isPlain =
            HostGrammar.isName(text) && text.first?.isLetter == true
            && !["true", "false", "null", "yes", "no", "on", "off", "unknown"].contains(text)
        return isPlain ? text : JSONValue.string(text).text
    }

    /// The text of `estate.yaml`.
    public var estate: String {
        let head = [
            "# Written by recover estate init from a living cluster. What it could not see is",
            "# `unknown`, with who may know. The language: docs/ESTATES.md.", "estate: 1",
            "name: \(name)", "title: unknown  # a person: one line that says what it is",
            "owner: unknown  # a person: who decides in an emergency", "", "clusters:",
            "  - name: \(name)",
        ]
        return
            (head + (clusterFacts + gitopsFacts).map { "    \($0)" } + ["", "nodes:"]
            + items("nodes").flatMap { node($0.name, $0.is) } + tail)
            .joined(separator: "\n") + "\n"
    }

    private var tail: [String] {
        [
            "",
            "# What else there is: hosts under virtual machines, routers, switches, file servers.",
            "machines: []", "# What it needs from outside, and what of that is single:",
            "# power, switches, DNS, the Git host, certificates, object storage, its credentials.",
            "dependencies: []", "services: []", "single-points-of-failure: []",
            "circularities: []", "documents: unknown  # a person: plans of hardware and network",
            "", "# Whether these are taken at all, only whoever takes them knows.",
        ] + backups
    }

    private var backups: [String] {
        var kinds = datastore.map { [$0] } ?? []
        if secretsEngine == "sealed-secrets" { kinds.append("sealing-keys") }
        if storage == "longhorn" { kinds.append("longhorn") }
        guard !kinds.isEmpty else {
            return ["backups: unknown  # whoever takes them: what, where, how often"]
        }
        return ["backups:"]
            + kinds.map {
                "  - { name: \($0), kind: \($0), cluster: \(name), host: unknown, path: unknown, "
                    + "file: unknown, sha256: unknown, taken: unknown }"
            }
    }

    // MARK: nodes

    private func node(_ name: String, _ node: JSONValue) -> [String] {
        let labels = node["labels"]?.object ?? [:]
        let own = labels.filter { !Self.isMadeByItself($0.key) }
        let address = ["internal", "external"].compactMap { key in
            node[key]?.string.map { "\(key): \(quote($0))" }
        }
        let machine = "on the machine"
        let facts =
            [
                "cluster: \(self.name)", "role: \(role(labels))",
                line("architecture", node["architecture"]?.string, ask: machine),
                line("operating-system", node["operating-system"]?.string, ask: machine),
                line("kernel", node["kernel"]?.string, ask: machine),
                line("container-runtime", node["container-runtime"]?.string, ask: machine),
                line("version", node["version"]?.string, ask: machine),
                "address: { \(address.isEmpty ? "internal: unknown" : address.joined(separator: ", ")) }",
                "labels: \(JSONValue.object(own).text)",
                "taints: \((node["taints"] ?? []).text)",
            ] + serverFacts(name, labels) + [
                "resolvers: unknown  # \(machine): resolvectl dns",
                "on: unknown  # a person: the machine or provider it runs on",
                "needs: unknown  # a person: power, network, what it cannot start without",
            ]
        return ["  - name: \(name)"] + facts.map { "    \($0)" }
    }

    /// Where a server of k3s keeps its data, and what it is started with.
    private func serverFacts(_ name: String, _ labels: [String: JSONValue]) -> [String] {
        guard Self.isServer(labels), distribution == "k3s" else { return [] }
        guard let flags = flags(name) else {
            return [
                "data: unknown  # on the machine: /var/lib/rancher/k3s, unless --data-dir",
                "server-flags: unknown  # on the machine: systemctl cat k3s",
            ]
        }
        return [
            "data: \(quote(flags["data-dir"] ?? "/var/lib/rancher/k3s"))",
            "server-flags: \(JSONValue.array(flags.again.map(JSONValue.string)).text)",
        ]
    }

    static func isServer(_ labels: [String: JSONValue]) -> Bool {
        labels["node-role.kubernetes.io/control-plane"] != nil
            || labels["node-role.kubernetes.io/master"] != nil
    }

    /// Where no Node says that it is a server, the others are not workers.
    private func role(_ labels: [String: JSONValue]) -> String {
        if Self.isServer(labels) { return "server" }
        let isAny = items("nodes").contains { Self.isServer($0.is["labels"]?.object ?? [:]) }
        return isAny ? "worker" : "unknown  # no Node has a role label: which ones are servers?"
    }

    /// Labels a kubelet or a controller sets again by itself.
    private static func isMadeByItself(_ key: String) -> Bool {
        ["kubernetes.io/", "beta.kubernetes.io/", "node-role.kubernetes.io/", "k3s.io/"].contains {
            key.hasPrefix($0)
        } || key.hasPrefix("node.kubernetes.io/") || key.hasPrefix("p2p.k3s.")
    }
}

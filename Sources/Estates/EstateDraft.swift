internal import JSON

/// `estate.yaml` and a binding to begin with, from what a living cluster says.
/// What only a person knows is `unknown`, and says who that is.
public struct EstateDraft {
    /// What is asked for it: no Secret, nothing of an engine nobody has named.
    public static let questions = Observation.questions(Estate(facts: [:]), cluster: "")
        .filter { $0.section != "secrets" }

    private let name: String
    private let api: String
    private let kubeconfig: String
    private let context: String?
    private let authority: String
    private let authorityDigest: String
    private let seen: [String: ObservedSection]

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

    private func items(_ section: String) -> [(name: String, is: JSONValue)] {
        (seen[section]?.items ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// YAML's double-quoted text is JSON's.
    private func quote(_ text: String?) -> String {
        text.map { $0 == "unknown" ? $0 : JSONValue.string($0).text } ?? "unknown"
    }

    // MARK: the estate

    /// The text of `estate.yaml`.
    public var estate: String {
        var lines = [
            "# Written by recover estate init from a living cluster. What it could not see is",
            "# `unknown`, with who may know. The language: docs/ESTATES.md.", "estate: 1",
            "name: \(name)", "title: unknown  # a person: one line that says what it is",
            "owner: unknown  # a person: who decides in an emergency", "", "clusters:",
            "  - name: \(name)",
        ]
        lines += [
            "purpose: unknown  # a person: what it is for",
            "environment: unknown  # a person: production, test, …",
            "owner: unknown  # a person: who answers for it",
            "distribution: \(distribution)", "version: \(quote(version))",
            "datastore: \(datastore)", "api: \(quote(api))", "cni: \(cni)",
            "pod-cidr: unknown  # the server's flags",
            "service-cidr: unknown  # the server's flags",
            "storage-classes: \(storageClasses)",
            "ingress: \(ingress)", "secrets: { engine: \(secrets) }", "gitops:",
            "  engine: \(gitops)", "  cluster: \(name)",
            "  namespace: \(gitopsNamespace)",
            "  source: unknown  # the name of a source in the binding",
        ].map { "    \($0)" }
        lines += ["", "nodes:"] + items("nodes").flatMap { node($0.name, $0.is) }
        lines += [
            "",
            "dependencies: []  # a person: what it needs from outside, and what of that is single",
            "services: []", "single-points-of-failure: []", "circularities: []",
            "backups: unknown  # whoever takes them: what, where, how often",
            "documents: unknown  # a person: where the plans of storage and network are",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func node(_ name: String, _ node: JSONValue) -> [String] {
        let labels = node["labels"]?.object ?? [:]
        let own = labels.filter { !Self.isMadeByItself($0.key) }
        let address = ["internal", "external"].compactMap { key in
            node[key]?.string.map { "\(key): \(quote($0))" }
        }
        let facts = [
            "cluster: \(self.name)", "role: \(role(labels))",
            "architecture: \(quote(node["architecture"]?.string))",
            "operating-system: \(quote(node["operating-system"]?.string))",
            "kernel: \(quote(node["kernel"]?.string))",
            "container-runtime: \(quote(node["container-runtime"]?.string))",
            "version: \(quote(node["version"]?.string))",
            "address: { \(address.isEmpty ? "internal: unknown" : address.joined(separator: ", ")) }",
            "labels: \(JSONValue.object(own).text)", "taints: \((node["taints"] ?? []).text)",
            "resolvers: unknown  # on the machine: resolvectl dns",
            "on: unknown  # a person: the machine or provider it runs on",
        ]
        return ["  - name: \(name)"] + facts.map { "    \($0)" }
    }

    private static func isServer(_ labels: [String: JSONValue]) -> Bool {
        labels["node-role.kubernetes.io/control-plane"] != nil
            || labels["node-role.kubernetes.io/master"] != nil
    }

    /// Where no Node says that it is a server, the others are not workers.
    private func role(_ labels: [String: JSONValue]) -> String {
        if Self.isServer(labels) { return "server" }
        let isAny = items("nodes").contains { Self.isServer($0.is["labels"]?.object ?? [:]) }
        return isAny ? "worker" : "unknown  # no Node has a role label: which ones are servers?"
    }

    private var storageClasses: String {
        guard let classes = seen["storage-classes"]?.items else {
            return "unknown  # they could not be read"
        }
        return JSONValue.array(classes.keys.sorted().map(JSONValue.string)).text
    }

    /// Labels a kubelet or a controller sets again by itself.
    private static func isMadeByItself(_ key: String) -> Bool {
        ["kubernetes.io/", "beta.kubernetes.io/", "node-role.kubernetes.io/", "k3s.io/"].contains {
            key.hasPrefix($0)
        } || key.hasPrefix("node.kubernetes.io/") || key.hasPrefix("p2p.k3s.")
    }

    private var version: String? {
        seen["server"]?.items?["version"]?.string.flatMap { $0 == "unknown" ? nil : $0 }
    }

    private var distribution: String {
        guard let version else { return "unknown  # whoever installed it" }
        return version.contains("+k3s") ? "k3s" : "unknown  # whoever installed it"
    }

    /// The engine whose definitions the cluster has; none or several tell nothing.
    private func engine(_ table: [(engine: String, definition: String)]) -> String {
        let definitions = Set(items("definitions").map(\.name))
        let found = table.filter { definitions.contains($0.definition) }.map(\.engine)
        return found.count == 1 ? found[0] : "unknown  # whoever runs it"
    }

    private var gitops: String {
        engine([
            ("argocd", "applications.argoproj.io"),
            ("flux", "kustomizations.kustomize.toolkit.fluxcd.io"),
            ("fleet", "gitrepos.fleet.cattle.io"),
        ])
    }

    /// It stands in braces, where nothing may follow it.
    private var secrets: String {
        String(
            engine([
                ("sealed-secrets", "sealedsecrets.bitnami.com"),
                ("external-secrets", "externalsecrets.external-secrets.io"),
            ]).prefix { $0 != " " })
    }

    // MARK: told by what runs

    /// The first of `names` a workload is called, and the namespace it is in.
    private func workload(_ names: [String]) -> (name: String, namespace: String)? {
        for item in items("workloads") {
            // `KIND NAMESPACE/NAME`
            let parts = item.name.split { $0 == " " || $0 == "/" }.map(String.init)
            if parts.count == 3, names.contains(parts[2]) { return (parts[2], parts[1]) }
        }
        return nil
    }

    /// k3s says so by a label of the servers; of others only their disks tell.
    private var datastore: String {
        let isEtcd = items("nodes").contains {
            $0.is["labels"]?["node-role.kubernetes.io/etcd"] != nil
        }
        return isEtcd
            ? "etcd" : "unknown  # a server's disk: server/db/etcd is etcd, state.db SQLite"
    }

    private var cni: String {
        switch workload(["cilium", "calico-node", "kube-flannel-ds"])?.name {
        case "cilium": "cilium"
        case "calico-node": "calico"
        case .some: "flannel"
        case nil: "unknown  # whoever installed it"
        }
    }

    private var ingress: String {
        switch workload(["traefik", "ingress-nginx-controller"])?.name {
        case "traefik": "{ controller: traefik, address: unknown }  # whoever runs its DNS"
        case .some: "{ controller: nginx, address: unknown }  # whoever runs its DNS"
        case nil: "unknown  # whoever runs it"
        }
    }

    /// That of Fleet is a workspace, which no workload shows.
    private var gitopsNamespace: String {
        workload(["argocd-application-controller", "kustomize-controller"])?.namespace
            ?? "unknown  # whoever installed it"
    }

    // MARK: the binding

    /// The text of the binding: it names where credentials are, and holds none.
    public var binding: String {
        let uid = seen["identity"]?.items?["uid"]?.string
        var lines = [
            "# Written by recover estate init. Compare ca-sha256 with a server's /cacerts before",
            "# you trust it; then put this file where docs/BINDING.md says. Never into Git.",
            "binding: 1", "estate: \(name)", "clusters:", "  \(name):", "    uid: \(quote(uid))",
            "    ca: \(quote(authority))", "    ca-sha256: \(authorityDigest)",
            "    kubeconfig: \(quote(kubeconfig))",
        ]
        if let context { lines.append("    context: \(quote(context))") }
        lines += [
            "# To be filled in by whoever has access, one for each node:", "# nodes:",
            "#   NODE: { address: ADDRESS, user: USER, host-key: TYPE BASE64, become: [sudo, -n] }",
            "# power:", "#   NODE: { state: [/PROGRAM, NODE], off: [/PROGRAM, --off, NODE] }",
            "# approvers:", "#   NAME: TYPE BASE64", "# sources:",
            "#   NAME: { url: URL, branch: main, path: FOLDER }",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}

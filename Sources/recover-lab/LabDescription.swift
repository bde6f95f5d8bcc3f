import JSON
import LabHosts
import YAML

/// What a lab is made from: the estate as declared, and what a drill needs
/// beyond that, as `lab.yaml` invents it.
struct LabDescription {
    let estate: String
    /// `estate.yaml` and `lab.yaml` as values.
    let declared: JSONValue, lab: JSONValue

    /// Reads both documents from `library`.
    init(_ estate: String, library: Library) throws(InputError) {
        self.estate = estate
        declared = try LabDescription.read(library.snapshot(estate, "estate.yaml"))
        lab = try LabDescription.read(library.snapshot(estate, "lab.yaml"))
        guard lab["lab"] == .int(1), lab["estate"]?.string == estate else {
            throw InputError(
                "lab.yaml of \(estate) does not begin with lab: 1 and estate: \(estate)")
        }
        guard lab["world"] != nil else {
            throw InputError(
                "\(estate) cannot be simulated yet: its lab.yaml has no world; there is: "
                    + library.simulated.joined(separator: ", "))
        }
        for host in hosts where !LabDescription.isAddress(host.address) {
            throw InputError("\(host.name) has no IPv4 address the lab could give it")
        }
    }

    private static func read(_ path: String) throws(InputError) -> JSONValue {
        do {
            return try YAMLParser.parse(try SourceFile.read(path: path)).json
        } catch {
            throw InputError("\(path): \(error)")
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A fact of a cluster: declared, or, where that is unknown, invented.
    func cluster(_ name: String, _ key: String) -> JSONValue? {
        let declared = self.declared["clusters"]?.array?.first { $0["name"]?.string == name }
        if let value = declared?[key], value != .string("unknown") { return value }
        return lab.at("invented", "clusters", name, key)
    }

    /// `gitops` of a cluster with its unknown facts filled by the invented ones.
    func filled(_ gitops: JSONValue, from cluster: String) -> JSONValue {
        var facts = gitops.object ?? [:]
        for (key, value) in lab.at("invented", "clusters", cluster, "gitops")?.object ?? [:]
        where facts[key] == nil || facts[key] == .string("unknown") { facts[key] = value }
        return .object(facts)
    }

    /// The address a cluster's API listens on.
    func apiAddress(_ cluster: String) -> String? {
        guard let url = self.cluster(cluster, "api")?.string, url.hasPrefix("https://") else {
            return nil
        }
        return url.dropFirst(8).split(separator: ":").first.map(String.init)
    }

    /// The clusters the lab simulates: those with an API address.
    var clusters: [String] {
        (declared["clusters"]?.array ?? []).compactMap { $0["name"]?.string }
            .filter { apiAddress($0) != nil }
    }

    /// The machines of those clusters.
    var hosts: [HostDeclaration] {
        (declared["nodes"]?.array ?? []).compactMap { node in
            guard let name = node["name"]?.string, let cluster = node["cluster"]?.string,
                let server = self.cluster(cluster, "api")?.string
            else { return nil }
            let external = node.at("address", "external")?.string ?? ""
            let inner = node.at("address", "internal")?.string ?? external
            var host = HostDeclaration(
                name: name, cluster: cluster,
                role: HostDeclaration.Role(rawValue: node["role"]?.string ?? "") ?? .worker,
                address: LabDescription.isAddress(external) ? external : inner,
                internalAddress: inner, externalAddress: external,
                version: node["version"]?.string ?? "unknown", server: server)
            host.architecture = fact(node, "architecture") ?? host.architecture
            host.isKubeadm = self.cluster(cluster, "distribution")?.string == "kubeadm"
            host.network = self.cluster(cluster, "cni")?.string ?? host.network
            host.networkBackend = self.cluster(cluster, "cni-backend")?.string ?? "vxlan"
            return host
        }
    }

    /// A fact of a node: declared, or, where that is unknown, invented.
    private func fact(_ node: JSONValue, _ key: String) -> String? {
        if let known = node[key]?.string, known != "unknown" { return known }
        return lab.at("invented", "nodes", node["name"]?.string ?? "", key)?.string
    }

    /// The declared node `name`.
    func node(_ name: String) -> JSONValue? {
        declared["nodes"]?.array?.first { $0["name"]?.string == name }
    }

    /// Every address that stands on the loopback interface.
    var addresses: [String] {
        let all = clusters.compactMap(apiAddress) + hosts.flatMap(\.addresses)
        return Set(all.filter(LabDescription.isAddress)).sorted()
    }

    /// A speed of the simulation, in milliseconds.
    func pace(_ name: String, _ fallback: Int) -> Int { lab.at("paces", name)?.int ?? fallback }

    /// Objects of `cluster`'s new world; `repository` is the URL that stands
    /// for `lab:repository` in them.
    func objects(_ cluster: String, repository: String) -> [JSONValue] {
        (lab.at("world", cluster)?.array ?? []).map {
            LabDescription.filled($0, "lab:repository", repository)
        }
    }

    private static func filled(_ value: JSONValue, _ word: String, _ text: String) -> JSONValue {
        switch value {
        case .string(word): .string(text)
        case .array(let elements): .array(elements.map { filled($0, word, text) })
        case .object(let members): .object(members.mapValues { filled($0, word, text) })
        default: value
        }
    }

    /// Files of the desired state's repository: path and content.
    var repositoryFiles: [(path: String, text: String)] {
        (lab.at("repository", "files")?.object ?? [:]).compactMap { path, text in
            text.string.map { (path, $0) }
        }.sorted { $0.path < $1.path }
    }

    /// Name, branch and folder of that repository.
    var source: (name: String, branch: String, folder: String) {
        let repository = lab["repository"]
        return (
            repository?["source"]?.string ?? "desired-state",
            repository?["branch"]?.string ?? "main",
            repository?["path"]?.string ?? "."
        )
    }

    /// What happens to the estate before `runbook` is needed.
    func faults(_ runbook: String) throws(InputError) -> [Fault] {
        try (try drill(runbook)["fault"]?.array ?? []).map { (fault) throws(InputError) in
            try Fault(fault.string ?? "")
        }
    }

    /// The drill of `runbook`: the faults it begins with and the arguments the
    /// runbook is given.
    func drill(_ runbook: String) throws(InputError) -> JSONValue {
        guard let drill = lab.at("drills", runbook) else {
            throw InputError("lab.yaml of \(estate) has no drill for \(runbook)")
        }
        return drill
    }
}

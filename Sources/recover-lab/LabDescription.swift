import JSON
import LabHosts
import YAML

/// What a lab is made from: the estate as declared, and what a drill needs
/// beyond that, as `lab.yaml` invents it.
struct LabDescription {
    let estate: String
    /// `estate.yaml` and `lab.yaml` as values.
    let declared: JSONValue, lab: JSONValue
    /// The folder both lie in.
    private let folder: String
    /// The nodes, with what is unknown of them invented.
    private let nodes: [JSONValue]
    /// The clusters the lab simulates: those with an API address.
    private(set) var clusters: [String] = []
    /// The machines of those clusters.
    private(set) var hosts: [HostDeclaration] = []

    /// Reads both documents from `library`.
    init(_ estate: String, library: Library) throws(InputError) {
        self.estate = estate
        folder = library.snapshot(estate, "")
        let file = library.snapshot(estate, "lab.yaml")
        let document = try LabDescription.read(file)
        declared = try LabDescription.read(library.snapshot(estate, "estate.yaml")).json
        let lab = document.json
        self.lab = lab
        nodes = (declared["nodes"]?.array ?? []).map { node in
            let invented = lab.at("invented", "nodes", node["name"]?.string ?? "") ?? [:]
            return LabDescription.filled(node, from: invented)
        }
        guard lab["lab"] == .int(1), lab["estate"]?.string == estate else {
            throw InputError(
                "lab.yaml of \(estate) does not begin with lab: 1 and estate: \(estate)")
        }
        guard lab["world"] != nil else {
            throw InputError(
                "\(estate) cannot be simulated yet: its lab.yaml has no world; there is: "
                    + library.simulated().joined(separator: ", "))
        }
        clusters = (declared["clusters"]?.array ?? []).compactMap { $0["name"]?.string }
            .filter { apiAddress($0) != nil }
        hosts = declarations
        try LabGrammar.check(document, file, of: self)
        for host in hosts where !LabDescription.isAddress(host.address) {
            throw InputError("\(host.name) has no IPv4 address the lab could give it")
        }
    }

    private static func read(_ path: String) throws(InputError) -> YAMLNode {
        do {
            return try YAMLParser.parse(try SourceFile.read(path: path))
        } catch {
            throw InputError("\(path): \(error)")
        }
    }

    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A fact of a cluster: declared, or, where that is unknown, invented.
    func cluster(_ name: String, _ key: String) -> JSONValue? {
        let declared = self.declared["clusters"]?.array?.first { $0["name"]?.string == name }
        if let value = declared?[key], value != .string("unknown") { return value }
        return lab.at("invented", "clusters", name, key)
    }

    /// `facts`, a part of `cluster` such as its `gitops`, with the unknown ones
    /// filled by the invented.
    func filled(
        _ facts: JSONValue, from cluster: String, _ part: String = "gitops"
    ) -> JSONValue {
        LabDescription.filled(facts, from: lab.at("invented", "clusters", cluster, part) ?? [:])
    }

    /// `secrets` of a cluster with its unknown facts filled by the invented ones.
    func secrets(_ cluster: String) -> JSONValue {
        filled(self.cluster(cluster, "secrets") ?? [:], from: cluster, "secrets")
    }

    /// The address a cluster's API listens on.
    func apiAddress(_ cluster: String) -> String? {
        guard let url = self.cluster(cluster, "api")?.string, url.hasPrefix("https://") else {
            return nil
        }
        return url.dropFirst(8).split(separator: ":").first.map(String.init)
    }

    /// Whether k3s's own load balancer serves a cluster: no server switches it off.
    func hasServiceLB(_ cluster: String) -> Bool {
        guard self.cluster(cluster, "distribution")?.string == "k3s" else { return false }
        let names = hosts.filter { $0.cluster == cluster }.map(\.name)
        return !names.contains { name in
            let invented = lab.at("invented", "nodes", name, "server-flags")?.array ?? []
            let flags = (node(name)?["server-flags"]?.array ?? []) + invented
            return flags.contains("--disable=servicelb")
        }
    }

    private var declarations: [HostDeclaration] {
        nodes.compactMap { node in
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
            host.architecture = node["architecture"]?.string ?? host.architecture
            host.isKubeadm = self.cluster(cluster, "distribution")?.string == "kubeadm"
            host.network = self.cluster(cluster, "cni")?.string ?? host.network
            host.networkBackend = self.cluster(cluster, "cni-backend")?.string ?? "vxlan"
            return founded(host)
        }
    }

    /// The node `name`: declared, and where that is unknown, invented.
    func node(_ name: String) -> JSONValue? { nodes.first { $0["name"]?.string == name } }

    /// `facts` with every unknown or missing one taken from `invented`.
    private static func filled(_ facts: JSONValue, from invented: JSONValue) -> JSONValue {
        var facts = facts
        for (key, value) in invented.object ?? [:] {
            switch facts[key] {
            case nil, .string("unknown")?: facts[key] = value
            case let known? where known.object != nil:
                facts[key] = filled(known, from: value)
            default: break
            }
        }
        return facts
    }

    /// Every address that stands on the loopback interface.
    var addresses: [String] {
        let all =
            clusters.compactMap(apiAddress) + hosts.flatMap(\.addresses) + OutsideAddresses.all
            + (lab["addresses"]?.array ?? []).compactMap(\.string)
        return Set(all.filter(LabDescription.isAddress)).sorted() + networks
    }

    /// Networks all of whose addresses are the lab's own: those of Services and
    /// of pods.
    private var networks: [String] {
        let own = Set(hosts.map(\.cluster)).flatMap { name in
            ["service-cidr", "pod-cidr"].compactMap { cluster(name, $0)?.string }
        }
        return Set(own.filter { $0.contains("/") && $0 != "unknown" }).sorted()
    }

    /// A speed of the simulation, in milliseconds.
    func pace(_ name: String, _ fallback: Int) -> Int { lab.at("paces", name)?.int ?? fallback }

    /// Objects of `cluster`'s new world: written in lab.yaml, or the manifests
    /// of the folder it names. `repository` is the URL that stands for
    /// `lab:repository` in them.
    func objects(_ cluster: String, repository: String) throws(InputError) -> [JSONValue] {
        let world = lab.at("world", cluster)
        let written = world?.array ?? []
        var read: [JSONValue] = []
        for file in LabDescription.files(below: world?.string.map { "\(folder)\($0)" }) {
            do {
                read += try YAMLParser.parseAll(Array(file.text.utf8)).map(\.json)
            } catch {
                throw InputError("\(folder)\(world?.string ?? "")/\(file.path): \(error)")
            }
        }
        return (written + read).map { $0.replacing("lab:repository", with: repository) }
    }

    /// Whether the estate's desired state is a repository at all.
    var hasRepository: Bool { lab["repository"] != nil }

    /// Files of the desired state's repository, path and content: those of the
    /// folder `tree` names beside lab.yaml, and those written in it. `url` is
    /// the URL that stands for `lab:repository` in them.
    func repositoryFiles(url: String) -> [(path: String, text: String)] {
        let tree = lab.at("repository", "tree")?.string.map { "\(folder)\($0)" }
        let written = (lab.at("repository", "files")?.object ?? [:]).compactMap { path, text in
            text.string.map { (path: path, text: $0) }
        }
        return (LabDescription.files(below: tree) + written).sorted { $0.path < $1.path }
            .map { ($0.path, $0.text.replacing("lab:repository", with: url)) }
    }

    private static func files(
        below root: String?, at path: String = ""
    ) -> [(path: String, text: String)] {
        guard let root else { return [] }
        return Disk.names("\(root)/\(path)").flatMap { name in
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            let deeper = files(below: root, at: inner)
            guard deeper.isEmpty, let text = Disk.text("\(root)/\(inner)") else { return deeper }
            return [(path: inner, text: text)]
        }
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
    func faults(_ runbook: String) throws(InputError) -> [any Fault] {
        guard let faults = try drill(runbook)["fault"]?.array else {
            throw InputError(
                "the drill of \(runbook) names no fault; write 'fault: []' where nothing is wrong")
        }
        return try faults.map { (fault) throws(InputError) in
            try FaultCatalogue.fault(fault.string ?? "", in: self)
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

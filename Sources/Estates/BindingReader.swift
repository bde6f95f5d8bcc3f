internal import JSON
internal import YAML

/// YAML to `Binding`; every mistake at once.
struct BindingReader {
    let file: String
    let root: YAMLNode
    private(set) var problems: [Diagnostic] = []

    init(file: String, root: YAMLNode) {
        self.file = file
        self.root = root
    }

    mutating func binding() -> Binding? {
        let known = [
            "binding", "estate", "lab", "clusters", "nodes", "power", "secrets", "sources",
            "approvers", "tls",
        ]
        for key in root.mapping?.keys ?? [] where !known.contains(key.text) {
            add(
                "BD-UNKNOWN", key.mark,
                "a binding has no '\(key.text)'\(NearestName.hint(key.text, among: known))")
        }
        if root["binding"]?.json != .int(1) {
            add("BD-VERSION", root.mark, "this tool reads 'binding: 1'")
        }
        let estate = text(root, "estate")
        var lab: Binding.Lab?
        if let node = root["lab"] { lab = readLab(node) }
        let clusters = each("clusters") { reader, node in reader.cluster(node) }
        let hosts = hosts()
        let power = each("power") { reader, node in
            Binding.Power(
                state: reader.arguments(node, "state") ?? [],
                off: reader.optionalArguments(node, "off"))
        }
        let secrets = each("secrets") { _, node in node.scalar?.text }
        let sources = each("sources") { reader, node in reader.source(node) }
        let approvers = each("approvers") { _, node in node.scalar?.text }
        let tls = each("tls") { reader, node in reader.tls(node) }
        guard problems.isEmpty, let estate else { return nil }
        return Binding(
            estate: estate, lab: lab, clusters: clusters, hosts: hosts, power: power,
            secrets: secrets, sources: sources, approvers: approvers, tls: tls)
    }

    mutating func add(_ code: String, _ mark: Mark, _ message: String) {
        problems.append(Diagnostic(file: file, mark: mark, code: code, message: message))
    }

    mutating func text(_ node: YAMLNode, _ key: String) -> String? {
        if let text = node[key]?.scalar?.text, !text.isEmpty { return text }
        add("BD-MISSING", node.mark, "'\(key)' is needed here, as text")
        return nil
    }

    private mutating func arguments(_ node: YAMLNode, _ key: String) -> [String]? {
        if let list = optionalArguments(node, key), let first = list.first, first.hasPrefix("/") {
            return list
        }
        add(
            "BD-ARGV", node.mark,
            "'\(key)' is a list of arguments that starts with an absolute path")
        return nil
    }

    private func optionalArguments(_ node: YAMLNode, _ key: String) -> [String]? {
        node[key]?.sequence?.compactMap { $0.scalar?.text }
    }

    private mutating func each<Value>(
        _ key: String, _ read: (inout BindingReader, YAMLNode) -> Value?
    ) -> [String: Value] {
        var values: [String: Value] = [:]
        for entry in root[key]?.mapping?.entries ?? [] {
            values[entry.key.text] = read(&self, entry.value)
        }
        return values
    }

    private mutating func readLab(_ node: YAMLNode) -> Binding.Lab {
        let settle = node["settle"]?.scalar.flatMap { Self.seconds($0.text) }
        return Binding.Lab(operatorCommand: arguments(node, "operator") ?? [], settle: settle)
    }

    /// `2s` or `300ms`.
    private static func seconds(_ text: String) -> Duration? {
        if text.hasSuffix("ms") { return Int(text.dropLast(2)).map { .milliseconds($0) } }
        return text.hasSuffix("s") ? Int(text.dropLast()).map { .seconds($0) } : nil
    }

    private mutating func cluster(_ node: YAMLNode) -> Binding.Cluster? {
        guard let uid = text(node, "uid"), let ca = text(node, "ca"),
            let digest = text(node, "ca-sha256"),
            let kubeconfig = text(node, "kubeconfig")
        else { return nil }
        return Binding.Cluster(
            uid: uid, caPath: ca, caDigest: digest, kubeconfig: kubeconfig,
            context: node["context"]?.scalar?.text)
    }

    /// Said and empty, or said wrongly, must not come to mean that nobody is asked.
    mutating func signers(_ node: YAMLNode) -> Binding.Signers {
        let known = ["ssh", "revoked", "openpgp"]
        for key in node.mapping?.keys ?? [] where !known.contains(key.text) {
            add(
                "BD-UNKNOWN", key.mark,
                "signers have no '\(key.text)'\(NearestName.hint(key.text, among: known))")
        }
        func path(_ key: String) -> String? {
            guard let value = node[key] else { return nil }
            if let path = value.scalar?.text, path.hasPrefix("/") { return path }
            add("BD-PATH", value.mark, "'\(key)' is an absolute path")
            return nil
        }
        let signers = Binding.Signers(
            ssh: path("ssh"), revoked: path("revoked"), openpgp: path("openpgp"))
        if signers.ssh == nil, signers.openpgp == nil {
            add("BD-MISSING", node.mark, "'signers' names a file: ssh, openpgp or both")
        }
        if signers.revoked != nil, signers.ssh == nil {
            add("BD-MISSING", node.mark, "'revoked' is for keys of 'ssh'")
        }
        return signers
    }

    private mutating func tls(_ node: YAMLNode) -> Binding.TLS {
        let path = { (key: String) in node[key]?.scalar?.text }
        for key in ["ca", "certificate", "key"] where path(key).map({ !$0.hasPrefix("/") }) ?? false
        {
            add("BD-PATH", node.mark, "'\(key)' is an absolute path")
        }
        if (path("certificate") == nil) != (path("key") == nil) {
            add("BD-MISSING", node.mark, "'certificate' and 'key' are needed together")
        }
        return Binding.TLS(
            authority: path("ca"), certificate: path("certificate"), key: path("key"))
    }

    private mutating func host(_ node: YAMLNode) -> Binding.Host? {
        guard let address = text(node, "address"), let user = text(node, "user") else {
            return nil
        }
        if !HostGrammar.isAddress(address) {
            add("ES-HOST", node.mark, "'\(address)' is no DNS name or IP address in lower case")
        }
        if !HostGrammar.isUser(user) {
            add(
                "ES-USER", node.mark,
                "'\(user)' is no user name: a-z, 0-9, '_' and '-', a letter or '_' first, 32 at most"
            )
        }
        let port = node["port"].map { $0.json.int ?? 0 } ?? 22
        if !(1...65535).contains(port) { add("ES-ADDR", node.mark, "a port is from 1 to 65535") }
        let key = node["host-key"]?.scalar?.text ?? ""
        if !HostGrammar.isKey(key) {
            add(
                "ES-IDENT", node.mark,
                "without its host key nobody knows which machine answers: add host-key, "
                    + "'TYPE BASE64' of the host's /etc/ssh/ssh_host_ed25519_key.pub")
        }
        return Binding.Host(
            address: address, port: port, user: user, hostKey: key,
            identity: node["identity"]?.scalar?.text,
            become: optionalArguments(node, "become") ?? [])
    }

    /// A node's name is a pattern in known_hosts, and no two may be one machine.
    private mutating func hosts() -> [String: Binding.Host] {
        let hosts = each("nodes") { reader, node in reader.host(node) }
        var owners: [String: String] = [:]
        for entry in root["nodes"]?.mapping?.entries ?? [] {
            let name = entry.key.text
            if !HostGrammar.isName(name) {
                add("ES-NAME", entry.key.mark, "a node's name is made of a-z, 0-9, '-' and '.'")
            }
            guard let host = hosts[name], let address = HostGrammar.canonical(host.address) else {
                continue
            }
            if let owner = owners.updateValue(name, forKey: "\(address) \(host.port)") {
                add(
                    "ES-DUP", entry.value.mark,
                    "\(owner) and \(name) share the address \(host.address), port \(host.port)")
            }
        }
        return hosts
    }
}

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
            "approvers",
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
        let hosts = each("nodes") { reader, node in reader.host(node) }
        let power = each("power") { reader, node in
            Binding.Power(
                state: reader.arguments(node, "state") ?? [],
                off: reader.optionalArguments(node, "off"))
        }
        let secrets = each("secrets") { _, node in node.scalar?.text }
        let sources = each("sources") { reader, node in
            Binding.Source(
                url: reader.text(node, "url") ?? "", branch: reader.text(node, "branch") ?? "",
                path: reader.text(node, "path") ?? "")
        }
        let approvers = each("approvers") { _, node in node.scalar?.text }
        guard problems.isEmpty, let estate else { return nil }
        return Binding(
            estate: estate, lab: lab, clusters: clusters, hosts: hosts, power: power,
            secrets: secrets, sources: sources, approvers: approvers)
    }

    private mutating func add(_ code: String, _ mark: Mark, _ message: String) {
        problems.append(Diagnostic(file: file, mark: mark, code: code, message: message))
    }

    private mutating func text(_ node: YAMLNode, _ key: String) -> String? {
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
        return Binding.Cluster(uid: uid, caPath: ca, caDigest: digest, kubeconfig: kubeconfig)
    }

    private mutating func host(_ node: YAMLNode) -> Binding.Host? {
        guard let address = text(node, "address"), let user = text(node, "user"),
            let key = text(node, "host-key")
        else { return nil }
        if !EstateRules.isHostName(address) {
            add("ES-HOST", node.mark, "'\(address)' is no address")
        }
        if !Self.isUser(user) { add("ES-USER", node.mark, "'\(user)' is no user name") }
        let port = node["port"].map { $0.json.int ?? 0 } ?? 22
        if !(1...65535).contains(port) { add("ES-ADDR", node.mark, "a port is from 1 to 65535") }
        return Binding.Host(
            address: address, port: port, user: user, hostKey: key,
            identity: node["identity"]?.scalar?.text,
            become: optionalArguments(node, "become") ?? [])
    }

    private static func isUser(_ text: String) -> Bool {
        guard let first = text.utf8.first,
            (0x61...0x7A).contains(first) || first == UInt8(ascii: "_")
        else {
            return false
        }
        return text.utf8.count <= 32
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "-")
            }
    }
}

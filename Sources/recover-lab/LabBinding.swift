import Digest
import JSON
import LabCluster
import LabHosts

/// The binding that ties the estate to this lab: what a real estate's binding
/// would say, with the lab's own keys, and programs of the lab as its hands.
struct LabBinding {
    private let world: World
    private let tools: Tools

    init(_ world: World, tools: Tools) {
        self.world = world
        self.tools = tools
    }

    /// Writes the binding, the kubeconfigs, and an ssh configuration for
    /// people who enter the lab.
    func write() throws {
        let folder = "\(world.paths.config)/recover/bindings"
        try Disk.makeFolder(folder, mode: 0o700)
        for name in world.description.clusters {
            try world.clusters.writeKubeconfig(name)
        }
        let file = "\(folder)/\(world.description.estate).yaml"
        try Disk.write(file, try text(), mode: 0o600)
        try writeClientConfiguration()
    }

    private func text() throws -> String {
        let root = world.paths.root
        var lines = [
            "# Written by recover-lab: everything it leads to is simulated.", "binding: 1",
            "estate: \(world.description.estate)",
            "lab: { operator: [\(quote(tools.lab)), operator, \(quote(root))], settle: 2s }",
            "clusters:",
        ]
        for name in world.description.clusters {
            let authority = try world.clusters.authority(name)
            let digest = SHA256.hex(Disk.read(authority) ?? [])
            lines.append("  \(name):")
            lines.append("    uid: \(quote(try world.clusters.uid(name)))")
            lines.append("    ca: \(quote(authority))")
            lines.append("    ca-sha256: \(quote(digest))")
            lines.append("    kubeconfig: \(quote(world.clusters.kubeconfig(name)))")
        }
        lines.append("nodes:")
        for host in world.hosts.all {
            let declaration = host.declared
            lines.append("  \(declaration.name):")
            lines.append("    address: \(declaration.address)")
            lines.append("    port: 22")
            lines.append("    user: root")
            lines.append("    host-key: \(quote(host.firstKey))")
            lines.append("    identity: \(quote(world.paths.clientKey))")
        }
        lines.append("power:")
        for host in world.hosts.all {
            let argv = "\(quote(tools.lab)), power, \(quote(root)), \(host.declared.name)"
            lines.append(
                "  \(host.declared.name): { state: [\(argv), state], off: [\(argv), \"off\"] }")
        }
        lines += sources
        lines.append("secrets: {}")
        return lines.joined(separator: "\n") + "\n"
    }

    private var sources: [String] {
        guard world.description.hasRepository else { return ["sources: {}"] }
        let source = world.description.source
        return [
            "# The same repository over ssh: \(GitHost.url), whose host key is \(world.git.hostKey)",
            "sources:",
            "  \(source.name): { url: \(quote(Repository.url(world.paths))), "
                + "branch: \(source.branch), path: \(quote(source.folder)) }",
        ]
    }

    /// `text` as a double-quoted YAML scalar; JSON's escapes are YAML's.
    private func quote(_ text: String) -> String { JSONValue.string(text).text }

    /// So that `ssh NODE` works for a person in the lab.
    func writeClientConfiguration() throws {
        let folder = "\(world.paths.home)/.ssh"
        try Disk.makeFolder(folder, mode: 0o700)
        var configuration = ""
        var known = ""
        for host in world.hosts.all {
            let declaration = host.declared
            configuration += """
                Host \(declaration.name) \(declaration.address)
                    HostName \(declaration.address)
                    User root
                    IdentityFile \(world.paths.clientKey)

                """
            known += "\(declaration.address) \(host.hostKey)\n"
        }
        if world.description.hasRepository {
            configuration += """
                Host git.invalid \(OutsideAddresses.gitHost)
                    User git
                    IdentityFile \(world.paths.clientKey)

                """
            known += "git.invalid,\(OutsideAddresses.gitHost) \(world.git.hostKey)\n"
        }
        try Disk.write("\(folder)/config", configuration, mode: 0o600)
        try Disk.write("\(folder)/known_hosts", known, mode: 0o600)
    }
}

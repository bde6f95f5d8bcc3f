internal import Glibc
internal import Processes

/// The machines of a lab.
public final class Hosts: Sendable {
    /// All of them, in the estate's order.
    public let all: [Host]
    private let paths: LabPaths
    private let tools: Tools

    /// Takes the machines of an estate; none is on yet.
    public init(
        _ declarations: [HostDeclaration], paths: LabPaths, tools: Tools, events: HostEvents
    ) {
        self.paths = paths
        self.tools = tools
        all = declarations.map { Host($0, paths: paths, tools: tools, events: events) }
    }

    /// The machine called `name`.
    public func host(_ name: String) throws(LabFailure) -> Host {
        guard let host = all.first(where: { $0.name == name }) else {
            throw LabFailure("the lab has no machine called \(name)")
        }
        return host
    }

    /// Makes what is missing: keys, and the machines of the healthy estate.
    ///
    /// `token` is what an agent joins with; `password` gives each node's.
    public func make(token: String, password: @escaping @Sendable (String) -> String) throws {
        try Disk.makeFolder("\(paths.root)/keys", mode: 0o700)
        if !Disk.exists(paths.clientKey) {
            try SSHServer.makeKey(paths.clientKey, comment: "lab-operator", tools: tools)
        }
        try NodePrograms(paths: paths, tools: tools).make()
        try Together.each(all) { host in
            try host.make(token: token, password: password(host.name))
        }
    }

    /// Switches on every machine that was on when the lab stopped.
    public func resume() throws {
        try Together.each(all) { try $0.resume() }
        // Not for long: an agent without a token asks for ever.
        for _ in 0..<300 where all.contains(where: { $0.isJoining }) { Background.sleep(20) }
    }

    /// Ends every process of the machines; which are on stays known.
    public func stop() {
        for host in all { host.stop() }
    }
}

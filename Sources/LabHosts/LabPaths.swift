/// Where things stand in a lab's folder.
///
/// Everything a lab is lies in this one folder: a stopped lab can be copied
/// with `cp -a` and started again.
public struct LabPaths: Hashable, Sendable {
    /// The folder, absolute and without links.
    public let root: String

    public init(root: String) { self.root = root }

    /// The process id, outside, of the lab's process 1.
    public var processFile: String { "\(root)/lab.pid" }
    /// What the lab was made from.
    public var description: String { "\(root)/lab.json" }
    /// The socket commands such as `power` and `fault` talk to.
    public var control: String { "\(root)/control.sock" }
    /// Files laid over those of the machine.
    public var overlay: String { "\(root)/overlay" }
    /// The programs of every simulated machine, as links.
    public var programs: String { "\(root)/programs" }
    /// What is persistent of each simulated machine, and its logs.
    public var nodes: String { "\(root)/nodes" }
    /// Private configuration folder of the responder's program.
    public var config: String { "\(root)/config" }
    /// Home of the simulated operator.
    public var home: String { "\(root)/home" }
    /// What the world outside the estate knows: names, the public authority,
    /// the Git host's keys.
    public var outside: String { "\(root)/outside" }
    /// The key the operator logs in with.
    public var clientKey: String { "\(root)/keys/client_key" }

    /// The file system of a node.
    public func tree(_ node: String) -> String { "\(nodes)/\(node)" }
    /// What of a node is not in its file system.
    public func machine(_ node: String) -> String { "\(root)/machines/\(node)" }
    /// The folder a node's sandboxes see as `/run/lab`.
    public func door(_ node: String) -> String { "\(machine(node))/door" }
}

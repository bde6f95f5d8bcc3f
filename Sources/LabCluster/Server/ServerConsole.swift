/// The process `k3s server` on its machine, as far as a starting server needs
/// it: its log, and the etcd it runs.
public protocol ServerConsole: Sendable {
    /// A line of its log.
    func log(_ level: String, _ text: String)
    /// Starts etcd on the machine with these arguments.
    func startEtcd(_ arguments: [String])
    /// Ends it in good order and waits for it.
    func stopEtcd()
    /// The process ended.
    var isGone: Bool { get }
}

import LabHosts
import Synchronization

/// Which machines answer, for those who are made before the machines.
final class Power: Sendable {
    private let hosts = Mutex<Hosts?>(nil)

    /// Names the machines, once they are there.
    func set(_ hosts: Hosts) { self.hosts.withLock { $0 = hosts } }

    /// Whether the machine is on and reached; what is no machine always is.
    func answers(_ name: String) -> Bool {
        (try? hosts.withLock { $0 }?.host(name))?.isReachable ?? true
    }

    /// Whether the machine is on, and its network is cut.
    func isCut(_ name: String) -> Bool {
        guard let host = try? hosts.withLock({ $0 })?.host(name) else { return false }
        return host.isOn && !host.isReachable
    }

    /// Whether containers run on the machine.
    func holdsContainers(_ name: String) -> Bool {
        guard let host = try? hosts.withLock({ $0 })?.host(name) else { return false }
        return !host.containers.isEmpty
    }

    /// Writes down what runs on the machines, for it goes on when the API ends.
    func noteContainers() {
        for host in hosts.withLock({ $0 })?.all ?? [] { _ = host.containers }
    }

    /// The agents of a cluster that is up again look for it.
    func findContact(_ cluster: String) {
        for host in hosts.withLock({ $0 })?.all ?? [] where host.declared.cluster == cluster {
            host.findContact()
        }
    }

    /// Addresses machines had once and have no more.
    var lostAddresses: Set<String> {
        let all = hosts.withLock { $0 }?.all ?? []
        return Set(all.flatMap { Set($0.declared.addresses).subtracting($0.declaration.addresses) })
    }
}

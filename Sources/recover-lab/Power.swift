import LabHosts
import Synchronization

/// Which machines have power, for those who are made before the machines.
final class Power: Sendable {
    private let hosts = Mutex<Hosts?>(nil)

    /// Names the machines, once they are there.
    func set(_ hosts: Hosts) { self.hosts.withLock { $0 = hosts } }

    /// Whether the machine has power; what is no machine always has.
    func isOn(_ name: String) -> Bool {
        (try? hosts.withLock { $0 }?.host(name))?.isOn ?? true
    }
}

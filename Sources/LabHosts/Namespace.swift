internal import CNamespace
internal import Glibc

/// The world of its own a lab lives in: user, mount, network and process
/// namespaces.
///
/// Inside, the estate's real addresses stand on `lo` and there is no other
/// interface, so nothing in there can reach anything outside, production least
/// of all. Process 1 inside ends with the lab, and the kernel ends whatever is
/// left with it; SIGKILL of the outer process has the same effect.
public struct Namespace: Sendable {
    /// The user and group id inside; never 0, so that `sshd` runs as it does
    /// for an ordinary user.
    public let user: UInt32, group: UInt32
    /// IPv4 addresses to answer on.
    public let addresses: [String]
    /// Files, or folders, to lay over those of the machine: (source, target).
    public let files: [(source: String, target: String)]
    /// Receives the process id, outside, of process 1 inside.
    public let processFile: String

    /// What to enter; nothing happens before `enter`.
    public init(
        addresses: [String], files: [(source: String, target: String)], processFile: String
    ) {
        user = Namespace.innerUser
        group = getegid() == 0 ? 1000 : getegid()
        self.addresses = addresses
        self.files = files
        self.processFile = processFile
    }

    /// The one user id there is inside.
    public static var innerUser: UInt32 { geteuid() == 0 ? 1000 : geteuid() }

    /// Moves on inside; returns only there.
    ///
    /// The calling process stays outside and ends as the inner one ends. Call
    /// it before there is a second thread.
    public func enter() throws(NamespaceRefusal) {
        var step: Int32 = 0
        guard cnamespace_enter(user, group, processFile, &step) == 0 else {
            throw NamespaceRefusal(step: .init(entering: step), code: errno)
        }
        try require(cnamespace_private_mounts(), .mounts)
        try require(cnamespace_mount_proc(), .processes)
        try require(cnamespace_loopback_up(), .network)
        for (index, address) in addresses.enumerated() {
            try require(cnamespace_add_address(Int32(index), address), .address(address))
        }
        try openLowPorts()
        for file in files where access(file.target, F_OK) == 0 {
            try require(cnamespace_bind(file.source, file.target), .file(file.target))
        }
        try require(cnamespace_drop_capabilities(), .capabilities)
    }

    private func require(
        _ result: Int32, _ step: NamespaceRefusal.Step
    ) throws(NamespaceRefusal) {
        guard result == 0 else { throw NamespaceRefusal(step: step, code: errno) }
    }

    /// Lets an ordinary user listen on port 22, in here only.
    private func openLowPorts() throws(NamespaceRefusal) {
        do {
            try Disk.overwrite("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0")
        } catch {
            throw NamespaceRefusal(step: .ports, code: error.code)
        }
    }
}

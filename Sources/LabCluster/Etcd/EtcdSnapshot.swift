import Processes

/// Snapshots of a running server's etcd: real ones, with their digest behind.
public struct EtcdSnapshot: Sendable {
    let boot: ServerBoot
    /// The program `etcdctl`.
    let etcdctl: String

    /// Snapshots of the server `boot` describes.
    public init(_ boot: ServerBoot, etcdctl: String) {
        self.boot = boot
        self.etcdctl = etcdctl
    }

    /// Saves one at `path`, as this process calls it.
    ///
    /// - Throws: `ServerRefusal` with etcd's words.
    public func save(to path: String) throws {
        let member = EtcdMember(folder: boot.folder, settings: boot.settings)
        let tls = boot.folder.file("tls/etcd")
        let done = try Command(
            etcdctl,
            [
                "--endpoints", member.client, "--cacert", "\(tls)/server-ca.crt", "--cert",
                "\(tls)/client.crt", "--key", "\(tls)/client.key", "snapshot", "save", path,
            ], environment: ["ETCDCTL_API": "3"]
        ).capture(deadline: .seconds(120))
        guard done.ending.isSuccess else {
            let line = done.error.text.split(separator: "\n").last.map(String.init)
            throw ServerRefusal(line ?? done.ending.description)
        }
    }
}

import Glibc
import Processes

/// `k3s server --cluster-reset`: this server's etcd becomes a cluster of its
/// own, with its data or with a snapshot's, and the command ends.
public struct EtcdReset {
    let boot: ServerBoot
    let console: any ServerConsole
    /// The program `etcdctl`, which restores snapshots.
    let etcdctl: String

    /// A reset of the server `boot` describes.
    public init(_ boot: ServerBoot, console: any ServerConsole, etcdctl: String) {
        self.boot = boot
        self.console = console
        self.etcdctl = etcdctl
    }

    private var folder: ServerFolder { boot.folder }
    private var settings: ServerSettings { boot.settings }
    private var member: EtcdMember { EtcdMember(folder: folder, settings: settings) }

    static let done = """
        Managed etcd cluster membership has been reset, restart without --cluster-reset flag \
        now. Backup and delete ${datadir}/server/db on each peer etcd server and rejoin the nodes
        """

    /// Does it.
    ///
    /// - Throws: `ServerRefusal` with the words of k3s.
    public func run() throws {
        try check()
        try boot.furnish(try boot.password() ?? ServerBoot.newPassword())
        _ = try member.name()
        if let path = settings.restorePath { try restore(path) }
        _ = try member.name(renewed: true)
        try folder.write("db/reset-flag", [])
        console.startEtcd(try member.arguments(.forced))
        let start = EtcdStart(boot: boot, console: console)
        let client = try boot.etcdClient
        try start.untilReadable(client)
        try correctAddress(EtcdMembers(client: client))
        let seconds = Moment.now.seconds
        console.log(
            "info",
            "Cluster reset: backing up certificates directory to \(folder.shown)/tls-\(seconds)")
        try Files.copy(folder.file("tls"), to: folder.file("tls-\(seconds)"))
        _ = try boot.reconcile(EtcdDatastore(client))
        console.stopEtcd()
        console.log("info", Self.done)
    }

    private func check() throws {
        guard settings.joinURL == nil else {
            throw ServerRefusal(
                "cannot perform cluster-reset while server URL is set - remove server from "
                    + "configuration before resetting")
        }
        guard boot.isKnown || !folder.exists("db/state.db") else {
            throw ServerRefusal("the lab does not simulate a move from SQLite to etcd")
        }
        if settings.restorePath != nil {
            guard settings.token != nil || folder.exists("token") else {
                throw ServerRefusal(
                    "\(folder.shown)/token does not exist, please pass --token to complete the "
                        + "restoration")
            }
        } else if folder.exists("db/reset-flag") {
            throw ServerRefusal.preparing(
                "Managed etcd cluster membership was previously reset, please remove the "
                    + "cluster-reset flag and start k3s normally. If you need to perform another "
                    + "cluster reset, you must first manually delete the \(folder.shown)/db/"
                    + "reset-flag file")
        }
    }

    /// Puts the snapshot's data in place of what there is, which is kept beside.
    private func restore(_ path: String) throws {
        guard !settings.usesS3 else {
            console.log("info", "Retrieving etcd snapshot \(path) from S3")
            throw ServerRefusal.preparing(
                "failed to download snapshot \(path): the lab has no object storage")
        }
        let file = folder.outside(path)
        guard access(file, F_OK) == 0 else {
            throw ServerRefusal.preparing("etcd: snapshot path does not exist: \(path)")
        }
        let (name, old) = (try member.name(), "db/etcd-old-\(Moment.now.seconds)")
        try Files.move(folder.file("db/etcd"), to: folder.file(old))
        console.log("info", "Pre-restore etcd database moved to \(folder.shown)/\(old)")
        let done = try Command(
            etcdctl,
            [
                "snapshot", "restore", file, "--data-dir", folder.file("db/etcd"), "--name", name,
                "--initial-cluster", "\(name)=\(member.peer)", "--initial-advertise-peer-urls",
                member.peer,
            ], environment: ["ETCDCTL_API": "3"]
        ).capture(deadline: .seconds(120))
        guard done.ending.isSuccess else {
            let line = done.error.text.split(separator: "\n").last.map(String.init)
            throw ServerRefusal.preparing(line ?? done.ending.description)
        }
    }

    /// Data that came from elsewhere knows another address.
    private func correctAddress(_ members: EtcdMembers) throws {
        for own in try members.all() where !own.peers.contains(member.peer) {
            try members.update(own.id, peer: member.peer)
        }
    }
}

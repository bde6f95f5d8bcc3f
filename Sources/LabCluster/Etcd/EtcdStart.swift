import Glibc
import JSON

/// The start of one server's etcd, until it votes.
struct EtcdStart {
    let boot: ServerBoot
    let console: any ServerConsole

    private var folder: ServerFolder { boot.folder }
    private var member: EtcdMember { EtcdMember(folder: folder, settings: boot.settings) }

    /// How a server without data gets a place in a cluster.
    enum Way {
        /// It joins one that runs, or founds one alone.
        case joining(EtcdJoin?)
        /// It founds one together with others.
        case founding(EtcdFounding)
    }

    /// Starts it; the client asks this member. `others`: members of its cluster
    /// that vote already.
    func run(_ way: Way, others: [EtcdServer] = []) throws -> EtcdClient {
        if folder.exists("db/etcd/tombstone") {
            console.log(
                "info", "tombstone file has been detected, removing data dir to rejoin the cluster")
            try Files.move(folder.file("db/etcd"), to: folder.file("db/etcd-\(Moment.now.seconds)"))
        }
        let isKnown = folder.exists("db/etcd/member/wal")
        if isKnown {
            console.log("info", "Managed etcd cluster bootstrap already complete and initialized")
            if folder.isEmpty("tls") || folder.isEmpty("tls/etcd") { try recoverFiles() }
        }
        if !isKnown, let bootstrap = way.bootstrap { try boot.adopt(bootstrap) }
        try boot.furnish(try boot.password() ?? way.password ?? ServerBoot.newPassword())
        let place = try isKnown ? .known : place(way)
        if case .founding(let together) = way {
            // Not for ever: two of three are enough.
            for _ in 0..<100 where !together.isTurn(of: boot) { try pause() }
        }
        console.startEtcd(try member.arguments(place))
        let client = try boot.etcdClient
        let living = try others.first.map { first in
            try EtcdClient(endpoints: others.map(\.endpoint), credentials: first.certificates)
        }
        if isKnown {
            try untilListed(EtcdMembers(client: client), living.map(EtcdMembers.init))
        }
        try untilReadable(client)
        if let living {
            try vote(EtcdMembers(client: living))
            try untilReadable(living)
        }
        return client
    }

    private func place(_ way: Way) throws -> EtcdMember.Place {
        let name = try member.name()
        let remote: EtcdJoin
        switch way {
        case .founding(let together): return .founding(together.members)
        case .joining(nil): return .founding(["\(name)=\(member.peer)"])
        case .joining(let running?): remote = running
        }
        while true {
            do {
                return .joining(
                    try remote.admit(name: name, node: boot.settings.nodeName, peer: member.peer))
            } catch let refusal as ServerRefusal {
                Files.remove(folder.file("db/etcd/name"))
                throw refusal
            } catch let error as EtcdError where error.isBusy {
                console.log(
                    "info", "Waiting for other members to finish joining etcd cluster: \(error)")
                for _ in 0..<25 { try pause() }
            }
        }
    }

    /// Until this member answers with the voice of a quorum.
    func untilReadable(_ client: EtcdClient) throws {
        let datastore = EtcdDatastore(client)
        var rounds = 0
        while true {
            do { return try datastore.ping() } catch {
                // A learner may not be read from, but it is there.
                if "\(error)".contains("not supported for learner") { return }
                if rounds % 250 == 0 {
                    console.log("info", "Failed to test etcd connection: \(error)")
                }
            }
            rounds += 1
            try pause()
        }
    }

    /// Until the cluster knows this member by the address it has: never, where the
    /// machine got another one, until somebody else takes it out.
    private func untilListed(_ own: EtcdMembers, _ others: EtcdMembers?) throws {
        let name = try member.name()
        var last = ""
        var absence = Absence()
        while true {
            let complaint: String
            do {
                guard let found = member.complaint(of: try own.all(patience: 1000), name: name)
                else { return }
                complaint = found
            } catch {
                if "\(error)".contains("not supported for learner") { return }
                complaint = "Failed to test etcd connection: \(error)"
            }
            if complaint != last { console.log("info", complaint) }
            last = complaint
            if absence.isLong(try? others?.all(), member.peer) { throw foreign }
            try pause()
        }
    }

    /// Data from before a restore of the others is another cluster's: their etcds do not
    /// talk to this one. Two servers with such data would have a quorum of their own.
    private var foreign: ServerRefusal {
        .preparing(
            "failed to start etcd: cluster ID mismatch: \(folder.shown)/db/etcd is of another "
                + "cluster than the servers that run. Backup and delete \(folder.shown)/db and "
                + "rejoin the node. Real servers with such data live on as a second cluster, "
                + "which the lab does not simulate")
    }

    /// Until this member is no learner. A learner answers next to nothing, so
    /// the others are asked: they see it, and let it vote when it has caught up.
    private func vote(_ others: EtcdMembers) throws {
        var absence = Absence()
        while true {
            let members = try? others.all()
            let own = members?.first { $0.peers.contains(member.peer) }
            if absence.isLong(members, member.peer) { throw foreign }
            if let own, !own.isLearner { return }
            if let own { try? others.promote(own.id) }
            try pause()
        }
    }

    private func pause() throws {
        if console.isGone { throw ServerRefusal("the server ended") }
        usleep(20_000)
    }

    /// Takes authorities and passwords out of a copy of the data, when the disk
    /// has none: etcd itself cannot start without them.
    private func recoverFiles() throws {
        guard let password = try boot.password() else { throw ServerRefusal.otherToken }
        console.log("info", "Starting temporary etcd to reconcile with datastore")
        try Files.copy(folder.file("db/etcd"), to: folder.file("db/etcd-tmp"))
        console.startEtcd(try member.temporaryArguments("db/etcd-tmp"))
        let client = try EtcdClient(endpoints: [member.temporary], credentials: nil)
        try untilReadable(client)
        let records = try EtcdDatastore(client).load("/bootstrap/").entries
        console.stopEtcd()
        try Files.removeTree(folder.file("db/etcd-tmp"))
        guard let record = records.first(where: { $0.key == Bootstrap.key(password) }),
            let bootstrap = Bootstrap(sealed: record.value, password: password)
        else { throw ServerRefusal.otherToken }
        try boot.adopt(bootstrap)
    }
}

/// For how long the others have not known a member. An etcd that was only taken out is told
/// so sooner, and ends.
private struct Absence {
    private var since: Moment?

    mutating func isLong(_ members: [EtcdMembers.Member]?, _ peer: String) -> Bool {
        guard let members, !members.contains(where: { $0.peers.contains(peer) }) else {
            since = nil
            return false
        }
        let first = since ?? .now
        since = first
        return Moment.now > first.adding(.seconds(3))
    }
}

extension EtcdStart.Way {
    /// What all servers of the cluster have in common.
    fileprivate var bootstrap: Bootstrap? {
        switch self {
        case .joining(let remote): remote?.bootstrap
        case .founding(let together): together.bootstrap
        }
    }

    /// Password of its token.
    fileprivate var password: String? {
        switch self {
        case .joining(let remote): remote?.password
        case .founding(let together): together.password
        }
    }
}

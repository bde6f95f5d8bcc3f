import Digest
import JSON
import Synchronization

/// The Sealed Secrets controller with the real format.
///
/// It works in its pod and remembers as long as that lives: the keys it read at
/// its start, and what it gave up. A file carries that over a stop of the lab, where
/// pods go on that would go on in life.
public final class SealedSecretsController: ClusterEngine {
    private let cluster: Cluster
    private let bits: Int
    private let renewal: Duration
    private let log: SealedSecretsLog
    private let memory: SealedSecretsMemory
    private let loop = EngineLoop()
    private let process = Mutex<SealedSecretsProcess?>(nil)

    /// - Parameters:
    ///   - bits: length of the keys it makes.
    ///   - folder: where its log and its memory are kept.
    ///   - renewal: age of the newest key at which another is made; zero: never.
    public init(
        _ cluster: Cluster, folder: String, bits: Int = 2048,
        renewal: Duration = .seconds(30 * 24 * 3600)
    ) {
        self.cluster = cluster
        self.bits = bits
        self.renewal = renewal
        log = SealedSecretsLog(path: "\(folder)/sealed-secrets.log")
        memory = SealedSecretsMemory(path: "\(folder)/sealed-secrets.memory")
    }

    /// Starts its rounds.
    public func start() {
        loop.start(in: cluster) { [unowned self] in self.round() }
    }

    /// Ends behind the current round.
    public func stop() { loop.stop() }

    /// One round. A closed or full datastore ends it; the next one tries again.
    func round(now: Moment = .now) {
        let world = cluster.world
        let pods = SealedSecretsNames.controllers.flatMap { $0.pods(in: world) }
        guard let pod = pods.first, var process = running(in: pod, world, now) else { return }
        if let made = renewed(process, now) { process = made }
        for object in world.all(.sealedSecrets) where process.wants(object, in: world) {
            // Opened outside the lock; what changed since is looked at again.
            let opened = process.opened(object)
            let digest = SealedSecretsProcess.digest(object)
            var failure: UnsealFailure?
            var isDone = false
            try? cluster.update { world in
                guard let key = object.key, let current = world[key], current.uid == object.uid,
                    SealedSecretsProcess.digest(current) == digest
                else { return [] }
                let decision = SealedSecretsRound(
                    world: world, admission: cluster.admission, now: now
                ).decide(current, opened)
                failure = decision.failure
                isDone = true
                return decision.writes
            }
            guard isDone else { continue }
            note(failure, of: object, digest, in: &process, now)
        }
        let known = Set(world.all(.sealedSecrets).map(\.uid))
        process.entries = process.entries.filter { known.contains($0.key) }
        let isSame = self.process.withLock { known in
            defer { known = process }
            return known.map(process.isSame(as:)) ?? false
        }
        if !isSame { memory.keep(process) }
    }

    private func note(
        _ failure: UnsealFailure?, of object: JSONValue, _ digest: String,
        in process: inout SealedSecretsProcess, _ now: Moment
    ) {
        var entry = process.entries[object.uid] ?? .init(specification: digest)
        if entry.specification != digest || entry.isOpened { entry = .init(specification: digest) }
        let name = "\(object.namespace)/\(object.name)"
        if let failure {
            entry.failures += 1
            let next = entry.isDropped ? "giving up" : "will retry"
            log.say("Error updating \(name), \(next): \(failure.message)", now)
        } else {
            entry.isOpened = true
            log.say("Updating \(name)", now)
        }
        process.entries[object.uid] = entry
    }

    /// The process in `pod`: the one there is, the one that was there when the
    /// lab stopped, or a new one, which reads the keys.
    private func running(
        in pod: JSONValue, _ world: World, _ now: Moment
    ) -> SealedSecretsProcess? {
        if let known = process.withLock(\.self), known.pod == pod.uid { return known }
        if let kept = memory.process(in: pod) { return kept }
        do throws(CryptoFailure) {
            let started = try SealedSecretsProcess(pod: pod, world)
            log.say("Searching for existing private keys", now)
            for key in started.keys { log.say("registered private key \(key.name)", now) }
            return started
        } catch {
            log.say("Error reading key: \(error)", now)
            return nil
        }
    }

    /// With one more key, where there is none or the newest is too old.
    private func renewed(
        _ process: SealedSecretsProcess, _ now: Moment
    ) -> SealedSecretsProcess? {
        let second = now.milliseconds / 1000
        let period = renewal.inMilliseconds / 1000
        if let newest = process.newest, period == 0 || second < newest + period { return nil }
        guard let pair = try? SealingKey.generate(bits: bits, notBefore: second) else { return nil }
        let name = SealedSecretsNames.prefix + Naming.suffix(UID.random(), length: 5)
        guard let secret = try? pair.secret(name: name, namespace: process.namespace),
            (try? cluster.put(secret)) != nil
        else { return nil }
        log.say("New key written to \(process.namespace)/\(name)", now)
        var process = process
        process.register(pair, name: name)
        return process
    }
}

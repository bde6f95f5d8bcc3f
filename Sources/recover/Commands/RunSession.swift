internal import DesiredState
internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine

/// A run with everything it needs: journal, cluster lock, hands, progress.
final class RunSession {
    private let engine: Engine
    private let target: TargetLock

    init(
        run: String, site: Site, estate: Estate, binding: Binding, clusters: [String],
        secrets: [String: [UInt8]],
        mode: Journal.Mode
    ) throws(Refusal) {
        let boot = Timestamps.bootID()
        let journal = try site.openJournal(mode, boot: boot)
        let target = try Self.take(clusters.first, binding, run, site)
        let hands = try Self.hands(site, estate, binding, secrets, boot)
        engine = try Self.engine(run, journal, hands)
        self.target = target
    }

    private static func hands(
        _ site: Site, _ estate: Estate, _ binding: Binding, _ secrets: [String: [UInt8]],
        _ boot: String
    ) throws(Refusal) -> any Hands {
        let second = try site.second(binding)
        let toolbox = Toolbox(path: site.path)
        let failpoints = Failpoints(
            binding.lab == nil ? nil : site.failpoint, attempts: site.journal + "/attempts")
        let environment = toolbox.environment(home: site.journal + "/work")
        let person: any Person =
            binding.lab.map { LabPerson(command: $0.operatorCommand, environment: environment) }
            ?? TerminalPerson(
                by: site.by, second: second, toolbox: toolbox, directory: site.journal + "/work")
        let reach = Reach(
            program: site.programs + "/recover-reach", mirrors: site.journal + "/mirrors",
            environment: environment)
        Folders.make(site.journal + "/mirrors")
        let setting = HandsSetting(
            estate: estate, binding: binding, secrets: secrets, toolbox: toolbox,
            keeper: site.programs + "/recover-keeper",
            pin: { reach.pin($0, name: $1, last: $2, attempt: $3) }, directory: site.journal,
            person: person, stop: Interrupt.wish, reached: failpoints.reached)
        return setting.makeHands(boot: boot)
    }

    private static func engine(
        _ run: String, _ journal: consuming Journal, _ hands: any Hands
    ) throws(Refusal) -> Engine {
        do throws(Engine.Fault) {
            return try Engine(
                run: run, journal: journal, hands: hands, narrator: Progress(start: hands.now()))
        } catch {
            throw Refusal(error)
        }
    }

    private static func take(
        _ cluster: String?, _ binding: Binding, _ run: String, _ site: Site
    ) throws(Refusal) -> TargetLock {
        guard let cluster, let uid = binding.clusters[cluster]?.uid else {
            throw Refusal(
                .notReady,
                "the binding does not say the uid of cluster \(cluster ?? "unknown"); "
                    + "without it nobody knows whether another run works on it")
        }
        do {
            let folder = site.state + "/targets"
            let lock = try TargetLock.take(
                directory: folder, uid: uid, run: run, journal: site.journal, by: site.by.text
            ) { owner in owner.journal == site.journal && site.knowsNothing(of: owner.run) }
            if let lock { return lock }
            throw Refusal(
                .journalUnwritable,
                "\(folder) cannot be written, so cluster \(cluster) cannot be taken")
        } catch let error as Refusal {
            throw error
        } catch let error as TargetLock.Owner {
            let standing = error.isRunning ? "is working on" : "was left unfinished on"
            throw Refusal(
                .ownedByAnother,
                "run \(error.run) by \(error.by) \(standing) cluster \(cluster); "
                    + "a second one could undo its work\n"
                    + "To see it:   recover status --journal \(error.journal)\n"
                    + "To go on:    recover resume \(error.run) --journal \(error.journal)\n"
                    + "To give up:  recover abandon \(error.run) --journal \(error.journal)")
        } catch {
            throw Refusal(.internalError, "\(error)")
        }
    }

    func begin(_ plan: Plan) throws(Refusal) -> ExitCode {
        do throws(Engine.Fault) { return try engine.begin(plan) } catch { throw Refusal(error) }
    }

    func resume() throws(Refusal) -> ExitCode {
        do throws(Engine.Fault) { return try engine.resume() } catch { throw Refusal(error) }
    }

    func write(_ event: Event) throws(Refusal) {
        do throws(Engine.Fault) { try engine.write(event) } catch { throw Refusal(error) }
    }

    var state: RunState { engine.state }

    func close() throws(Refusal) {
        if state.standing?.isEnd == true { target.release() }
        do throws(Engine.Fault) { try engine.close() } catch { throw Refusal(error) }
    }
}

extension Site {
    /// The journal here can be read and has no entry of `run`.
    func knowsNothing(of run: String) -> Bool {
        guard let journal = try? openJournal(.readOnly) else { return false }
        return (try? journal.entries(run: run).isEmpty) ?? false
    }

    func openJournal(_ mode: Journal.Mode, boot: String = Timestamps.bootID()) throws(Refusal)
        -> Journal
    {
        if mode == .create { Folders.make(journal) }
        var options = JournalOptions(anchorDirectory: anchors)
        options.allowEphemeral = true
        do {
            return try Journal.open(
                directory: journal, mode: mode, options: options,
                now: { Timestamps.now(boot: boot) }, by: by,
                engineVersion: Site.version)
        } catch {
            throw Refusal(error, journal)
        }
    }
}

extension Refusal {
    init(_ fault: Engine.Fault) {
        switch fault {
        case .journal(let error): self.init(error, "")
        case .history(let reason):
            self.init(.journalDamaged, "the journal's history makes no sense: \(reason)")
        }
    }

    init(_ error: JournalError, _ place: String) {
        self.init(ExitCode(rawValue: error.exitCode) ?? .internalError, error.description)
    }
}

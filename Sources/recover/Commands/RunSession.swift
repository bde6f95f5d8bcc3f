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
    /// Folder of the journal and of the attempts' locks.
    private let place: String
    private let targets: [TargetLock]
    private let progress: Progress
    private let site: Site

    init(
        run: String, site: Site, estate: Estate, binding: Binding, clusters: [String],
        secrets: [String: [UInt8]],
        mode: Journal.Mode, known: (entries: [JournalEntry], state: RunState)? = nil
    ) throws(Refusal) {
        self.site = site
        let boot = Timestamps.bootID()
        place = site.journal
        var journal = try site.openJournal(mode, boot: boot, isLab: binding.lab != nil)
        journal.remember(known?.entries ?? [])
        targets = try Self.take(clusters, binding, run, site)
        progress = Progress(try Self.view(run, journal, site))
        let hands = try Self.hands(
            site, estate, binding, secrets, progress, directory: site.journal)
        engine = try Self.engine(run, journal, hands, progress, known)
    }

    /// Hands whose private files lie in `directory`.
    static func hands(
        _ site: Site, _ estate: Estate, _ binding: Binding, _ secrets: [String: [UInt8]],
        _ progress: Progress, directory: String
    ) throws(Refusal) -> any Hands {
        try setting(site, estate, binding, secrets, progress, directory: directory)
            .makeHands(boot: Timestamps.bootID())
    }

    /// What such hands need to know.
    static func setting(
        _ site: Site, _ estate: Estate, _ binding: Binding, _ secrets: [String: [UInt8]],
        _ progress: Progress, directory: String
    ) throws(Refusal) -> HandsSetting {
        let second = try site.second(binding)
        let toolbox = Toolbox(path: site.path)
        let failpoints = Failpoints(
            binding.lab == nil ? nil : site.failpoint, attempts: directory + "/attempts")
        Folders.make(directory)
        let environment = toolbox.environment(home: directory + "/work")
        let person: any Person =
            binding.lab.map { LabPerson(command: $0.operatorCommand, environment: environment) }
            ?? TerminalPerson(
                by: site.by, second: second, toolbox: toolbox, directory: directory + "/work",
                progress: progress)
        let reach = Reach(
            program: site.programs + "/recover-reach", mirrors: directory + "/mirrors",
            environment: environment, uses: estate.sourceUses,
            tool: { try? toolbox.resolve($0) })
        Folders.make(directory + "/mirrors")
        return HandsSetting(
            estate: estate, binding: binding, secrets: secrets, toolbox: toolbox,
            keeper: site.programs + "/recover-keeper", reach: site.programs + "/recover-reach",
            pin: { reach.pin($0, name: $1, after: $2, attempt: $3) },
            desiredState: DesiredStateAnswer(site, estate, binding).reply, directory: directory,
            person: person, stop: Interrupt.wish, reached: failpoints.reached)
    }

    /// How the run is shown: to a machine, on a terminal, or line by line.
    private static func view(
        _ run: String, _ journal: borrowing Journal, _ site: Site
    ) throws(Refusal) -> any ProgressView {
        if Terminal.isForMachines { return JSONView(run: run, next: journal.head.sequence + 1) }
        guard site.screen.isLive else { return PlainView(start: Clock.now()) }
        do throws(JournalError) {
            return LiveView(Sheet(run: run, entries: try journal.entries(run: run)), site.screen)
        } catch {
            throw Refusal(error, site.journal)
        }
    }

    private static func engine(
        _ run: String, _ journal: consuming Journal, _ hands: any Hands, _ progress: Progress,
        _ known: (entries: [JournalEntry], state: RunState)?
    ) throws(Refusal) -> Engine {
        do throws(Engine.Fault) {
            return try Engine(
                run: run, journal: journal, hands: hands, narrator: progress, known: known)
        } catch {
            throw Refusal(error)
        }
    }

    /// Takes every cluster the run works on, always in the same order.
    private static func take(
        _ clusters: [String], _ binding: Binding, _ run: String, _ site: Site
    ) throws(Refusal) -> [TargetLock] {
        var locks: [TargetLock] = []
        for cluster in clusters.sorted() {
            guard let uid = binding.clusters[cluster]?.uid else {
                throw Refusal(
                    .notReady,
                    "the binding does not say the uid of cluster \(cluster); "
                        + "without it nobody knows whether another run works on it")
            }
            locks.append(try take(cluster, uid, run, site))
        }
        return locks
    }

    private static func take(
        _ cluster: String, _ uid: String, _ run: String, _ site: Site
    ) throws(Refusal) -> TargetLock {
        let folder = site.state + "/targets"
        do {
            let lock = try TargetLock.take(
                directory: folder, uid: uid, run: run, journal: site.journal, by: site.owner,
                isVoid: site.isVoid)
            if let lock { return lock }
        } catch {
            throw Refusal(error, cluster, "\(folder)/\(uid).lock")
        }
        throw Refusal(
            .journalUnwritable, "\(folder) cannot be written, so cluster \(cluster) cannot be taken"
        )
    }

    /// Drives the run with `work` while it is watched, and says how it stands.
    func watched(_ work: (RunSession) throws(Refusal) -> ExitCode) throws(Refusal) -> ExitCode {
        Terminal.isWatched = true
        progress.start()
        defer { progress.finish() }
        let code = try work(self)
        progress.finish()
        let state = state
        try close()
        Closing(engine.run, state, site).say(code)
        return code
    }

    func begin(_ plan: Plan) throws(Refusal) -> ExitCode {
        do throws(Engine.Fault) { return try engine.begin(plan) } catch { throw Refusal(error) }
    }

    func resume() throws(Refusal) -> ExitCode {
        do throws(Engine.Fault) { return try engine.resume() } catch { throw Refusal(error) }
    }

    /// Writes what a person says of a step; why not, or nil.
    func resolve(_ step: String, as resolution: Resolution, evidence: String) throws(Refusal)
        -> String?
    {
        do throws(Engine.Fault) {
            return try engine.resolve(step: step, as: resolution, evidence: evidence)
        } catch {
            throw Refusal(error)
        }
    }

    /// Takes `step` back, or else the last one that can be.
    func undo(_ step: String?) throws(Refusal) -> ExitCode {
        let outcome: (code: ExitCode?, refusal: String?)
        do throws(Engine.Fault) { outcome = try engine.undo(step) } catch { throw Refusal(error) }
        if let code = outcome.code { return code }
        throw Refusal(.usage, "RS-UNDO: \(outcome.refusal ?? "it cannot be taken back")")
    }

    /// Gives the run up; why not, or nil.
    func abandon(_ why: String) throws(Refusal) -> String? {
        do throws(Engine.Fault) { return try engine.abandon(why: why) } catch {
            throw Refusal(error)
        }
    }

    var state: RunState { engine.state }

    func close() throws(Refusal) {
        // Where something of the run still lives the cluster stays its own: the
        // next run looks again.
        // A run whose prerequisites never held has changed nothing.
        let isOver = state.standing?.isEnd == true || !state.isPrepared
        if isOver, !AttemptLock.isAnyHeld(directory: place, run: engine.run) {
            for target in targets { target.release() }
        }
        do throws(Engine.Fault) { try engine.close() } catch { throw Refusal(error) }
    }
}

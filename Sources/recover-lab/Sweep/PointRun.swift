import Glibc
import JSON
import LabHosts

/// One kill point, from the copy of its stretch to the end of the run.
struct PointRun {
    let world: World
    let responder: Responder
    let runbook: String
    let point: KillPoint
    let stretch: Stretch
    /// What a run without a kill does to the world, and what the world was before.
    let reference: ChangeCount
    let healthy: JSONValue
    let skipped: [String: Int]

    /// How long anything may take, in milliseconds.
    private static let patience = 300_000

    /// What is said of a run that ended before its failpoint came.
    static let overran = "the run ended before the failpoint"

    func run() throws -> PointResult {
        var result = PointResult()
        let before = try responder.entries()
        guard before.count == stretch.entries else {
            throw LabFailure("the copy has \(before.count) entries, not \(stretch.entries)")
        }
        let untouched = try changes().count(of: stretch.effects)
        let held = try kill()
        let atKill = try responder.entries()
        let known = max(before.count + point.acknowledged, before.count)
        if atKill.count < known {
            result.lost += known - atKill.count
            result.problems.append("\(atKill.count) entries after the kill, \(known) were stored")
        }
        if !atKill.starts(with: before) { result.lost += 1 }
        let doomed = try isDoomed(untouched)
        try goOn(held, &result)
        try settle(atKill, doomed, &result)
        return result
    }

    // MARK: the kill

    private func kill() throws -> HeldRequest? {
        guard point.hold != nil || point.keeperToo else {
            let standing = try responder.resume("kill:\(point.place)").wait(PointRun.patience)
            if standing == .exited(0) { throw LabFailure(PointRun.overran) }
            guard standing == .signalled(SIGKILL) else {
                throw LabFailure("the failpoint was not reached: \(standing)")
            }
            return nil
        }
        let engine = try responder.resume("pause:\(point.place)")
        guard case .stopped = engine.wait(PointRun.patience) else {
            throw LabFailure("the failpoint was not reached")
        }
        guard let hold = point.hold else {
            engine.end(childrenToo: true)
            return nil
        }
        let held = try self.hold(engine, hold.mode)
        engine.end(childrenToo: hold.keeperToo)
        return held
    }

    /// Lets a stopped engine go on until a request of its child is held.
    private func hold(_ engine: Engine, _ mode: Hold.Mode) throws -> HeldRequest {
        let reads = stretch.hasChild && stretch.effects.isEmpty
        let held = try HeldRequest(world, mode, reads: reads)
        engine.proceed()
        var isHeld = false
        let standing = engine.wait(20_000) {
            isHeld = held.isHeld(from: engine)
            return isHeld
        }
        guard isHeld else {
            if !standing.isEnd { engine.end(childrenToo: true) }
            throw LabFailure("no request came to the barrier: \(standing)")
        }
        return held
    }

    // MARK: the prediction

    /// Whether nobody but a person can say what became of a `once` step: its
    /// child had started, nothing of it is left that could still act, and its
    /// effect is not there.
    ///
    /// On a host the child is the unit, whose start is the effect itself.
    private func isDoomed(_ untouched: Int) throws -> Bool {
        guard stretch.isOnce, point.keeperToo || point.hold?.keeperToo == true,
            responder.childStarted(stretch.step)
        else { return false }
        let isOnHost = stretch.effects.contains { $0.contains("unit of") }
        guard !isOnHost else { return false }
        let late = point.hold?.mode == .late
        Background.sleep(late ? 1500 : 0)
        return try !isRunning() && changes().count(of: stretch.effects) == untouched
    }

    /// Whether a child of the attempt still runs under its keeper.
    private func isRunning() throws -> Bool {
        for _ in 0..<200 {
            if !ProcessMark.isAnywhere("RECOVER_ATTEMPT=") { return false }
            Background.sleep(10)
        }
        return true
    }

    private func changes() throws -> ChangeCount { try ChangeCount(world, skipping: skipped) }

    // MARK: the way to the end

    private func goOn(_ held: HeldRequest?, _ result: inout PointResult) throws {
        if point.hold?.orphaned == true { held?.release() }
        if point.hold?.twice == true {
            let waits = try wait(since: .now)
            let second = try responder.resume()
            let standing = second.wait(PointRun.patience, until: waits)
            if !standing.isEnd { second.end() }
            if standing.isEnd {
                result.problems.append("the second engine did not wait: \(standing)")
            }
        }
        let isOver = try wait(since: .now)
        var isReleased = held == nil
        let engine = try responder.resume()
        let standing = engine.wait(PointRun.patience) {
            if !isReleased, isOver() {
                isReleased = true
                held?.release()
            }
            return false
        }
        if !standing.isEnd {
            engine.end(childrenToo: true)
            result.problems.append("not at its end after \(PointRun.patience / 1000) s")
        }
        held?.release()
        result.standing = responder.run?.standing ?? "no run"
    }

    /// Whether the engine that takes the run up has dealt with the held
    /// request: it waits for the goal, or it has acted, or it had the time to.
    private func wait(since start: ContinuousClock.Instant) throws -> () -> Bool {
        let known = try changes().total
        let waits = responder.waits
        return {
            let took = start.duration(to: .now)
            if took > .milliseconds(point.hold?.mode == .after ? 1500 : 8000) { return true }
            return responder.waits > waits || ((try? changes().total) ?? 0) > known
        }
    }

    // MARK: the verdict

    private func settle(_ atKill: [String], _ doomed: Bool, _ result: inout PointResult) throws {
        result.isUnknown = result.standing == "unknown"
        result.isPredicted = doomed
        if result.isUnknown, doomed, let run = responder.run?.id {
            // A person looks, and says so: from there it must find its end.
            guard try responder.resolve(run, stretch.step) else {
                throw LabFailure("the unknown step could not be resolved")
            }
            let engine = try responder.resume()
            if !engine.wait(PointRun.patience).isEnd { engine.end(childrenToo: true) }
            result.standing = responder.run?.standing ?? "no run"
        }
        if result.standing != "recovered" {
            result.problems.append("the run ends \(result.standing)")
        }
        let entries = try responder.entries()
        if let damage = try responder.damage() {
            result.lost += 1
            result.problems.append("the journal is damaged: \(damage)")
        }
        let missing =
            zip(atKill, entries).filter { $0 != $1 }.count
            + max(0, atKill.count - entries.count)
        if missing > 0 { result.problems.append("\(missing) entries are not what they were") }
        result.lost += missing
        let differences =
            try result.standing == "recovered"
            ? world.differences(from: healthy, drilling: runbook) : []
        result.problems += differences.map { "differs from the healthy world: \($0)" }
        result.doubles = try changes().excess(over: reference)
        guard !result.isGood else { return }
        // What was written from the killed step on tells why; the end tells how it went.
        let told = entries.dropFirst(stretch.entries).prefix(16) + entries.suffix(3)
        result.tail = told.map { String($0.prefix(480)) } + responder.said(8)
    }
}

import Glibc
import JSON
import LabHosts

/// The two runs that come before any kill: one from end to end, and one that
/// leaves a copy of journal and world at the beginning of every step.
struct SurveyRun {
    let world: World
    let responder: Responder
    let request: JSONValue

    private static let patience = 600_000

    private var skipped: [String: Int] {
        (request["skipped"]?.object ?? [:]).compactMapValues(\.int)
    }

    private func changes() throws -> ChangeCount { try ChangeCount(world, skipping: skipped) }

    /// Runs without a kill; every failpoint and every change is written down.
    func reference() throws -> JSONValue {
        let trace = "\(world.paths.root)/trace"
        let standing = try responder.begin("trace:\(trace)").wait(SurveyRun.patience)
        guard standing == .exited(0) else { throw failure("the run without a kill: \(standing)") }
        let differences = try world.differences(
            from: request["healthy"] ?? [:], drilling: request["runbook"]?.string ?? "")
        guard differences.isEmpty else {
            throw failure(
                "the run without a kill leaves another world: "
                    + differences.joined(separator: "; "))
        }
        return ["trace": .string(Disk.text(trace) ?? ""), "changes": try changes().json]
    }

    /// Stops at each stretch's beginning, kills the engine there and takes a
    /// copy. Returns the stretches, with what each changes.
    func boundaries() throws -> JSONValue {
        var stretches = (request["stretches"]?.array ?? []).compactMap { Stretch(json: $0) }
        let reference = ChangeCount(json: request["reference"] ?? [:])
        let folder = request["to"]?.string ?? ""
        var before = ChangeCount()
        for index in stretches.indices.dropFirst() {
            try stop(before: stretches[index].step)
            let now = try changes()
            stretches[index - 1].effects = Array(now.excess(over: before).keys)
            before = now
            stretches[index].copy = "\(folder)/\(index)"
            stretches[index].entries = try responder.entries().count
            for host in world.hosts.all {
                let name = host.declaration.name
                stretches[index].readiness[name] = world.readiness(name)
            }
            try Questions(world: world).copy(to: stretches[index].copy)
        }
        stretches[stretches.count - 1].effects = Array(reference.excess(over: before).keys)
        return ["stretches": .array(stretches.map(\.json)), "changes": before.json]
    }

    /// Brings the run to the beginning of `step` and kills it there.
    ///
    /// By name, for how many failpoints come before is left to chance: a goal may
    /// hold already that did not in the reference run.
    private func stop(before step: String) throws {
        let engine = try responder.resume("pause:begin \(step)")
        let standing = engine.wait(SurveyRun.patience)
        guard standing == .stopped else {
            throw failure("the run does not come to \(step): \(standing)")
        }
        engine.end(childrenToo: true)
        guard let now = try responder.current(), now.step == step, !now.isOpen else {
            throw failure("the run does not stop at the beginning of \(step)")
        }
    }

    private func failure(_ what: String) -> LabFailure {
        LabFailure(([what] + responder.said(10)).joined(separator: "\n"))
    }
}

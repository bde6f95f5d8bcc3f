internal import Digest
public import Estates
internal import JSON
public import Runbooks
internal import YAML

/// Runbook × arguments × estate → plan. Pure but for the library, which reads
/// fragments.
public struct Planner {
    /// What is given on the command line: parameter name to text; for a secret
    /// the SHA-256 of its bytes.
    public struct Arguments: Sendable {
        public var given: [String: String]

        public init(given: [String: String]) { self.given = given }
    }

    let library: RunbookLibrary
    let estate: Estate

    public init(library: RunbookLibrary, estate: Estate) {
        self.library = library
        self.estate = estate
    }

    /// Binds `runbook`.
    public func plan(_ runbook: Runbook, _ arguments: Arguments) throws(PlanError) -> Plan {
        let binding = try bind(runbook, arguments)
        var scope = Scope()
        scope.values = binding.values
        try checkApplies(runbook, scope)
        var splicer = Splicer(library: library, estate: estate)
        splicer.splice(runbook.steps, file: runbook.document.path, scope: scope)
        scope.steps = Set(splicer.steps.compactMap { $0["id"]?.scalar?.text })
        var binder = Binder(file: runbook.document.path, scope: scope)
        let prerequisites = runbook.prerequisites.map { binder.bind($0).json }
        let recovered = runbook.recovered.map { binder.bind($0).json }
        let problems = splicer.problems + binder.problems + order(splicer.steps, runbook)
        if !problems.isEmpty { throw .input(problems) }
        let unknowns = Set(splicer.unknowns + binder.unknowns)
        if !unknowns.isEmpty {
            throw .estate(
                unknowns.sorted().map { "the estate does not say \($0); write it into estate.yaml" }
            )
        }
        let targets = targets(splicer.steps, named: binding.targets)
        try checkRadius(runbook, targets, binding.clusters)
        let documents = [runbook.document] + splicer.documents
        let json: JSONValue = [
            "recover": 1,
            "runbook": .object(header(runbook)),
            "estate": withoutNull(estate.facts),
            "arguments": .object(binding.shown.mapValues(JSONValue.string)),
            "clusters": .array(binding.clusters.map(JSONValue.string)),
            "targets": .array(targets.map(JSONValue.string)),
            "secrets": .object(binding.secrets.mapValues(JSONValue.string)),
            "skipped": .array(splicer.skipped.map(JSONValue.string)),
            "documents": .array(
                documents.map {
                    ["path": .string($0.name), "sha256": .string(SHA256.hex($0.bytes))]
                }),
            "prerequisites": .array(prerequisites),
            "steps": .array(splicer.steps.map(\.json)),
            "recovered": .array(recovered),
        ]
        guard json.isCanonical else {
            throw .input([
                problem(
                    runbook, nil, "RB-CANON",
                    "null, fractions, numbers beyond 2^53 and keys that are not ASCII cannot be recorded")
            ])
        }
        return try Plan(json: json)
    }

    /// That a runbook is not for this estate is worth more than what would be
    /// missing for it.
    private func bind(
        _ runbook: Runbook, _ arguments: Arguments
    ) throws(PlanError) -> ArgumentBinder.Bound {
        let binder = ArgumentBinder(estate: estate, runbook: runbook)
        do {
            return try binder.bind(arguments.given)
        } catch {
            guard case .usage = error, let cluster = binder.onlyCluster else { throw error }
            var scope = Scope()
            scope.values = cluster
            try checkApplies(runbook, scope)
            throw error
        }
    }

    private func header(_ runbook: Runbook) -> [String: JSONValue] {
        var header: [String: JSONValue] = [
            "name": .string(runbook.name), "version": .string(runbook.version),
            "title": .string(runbook.title),
            "max-targets": .int(runbook.maxTargets),
        ]
        header["objective-ms"] = runbook.objective.map { .int(Int($0 / .milliseconds(1))) }
        return header
    }

    private func checkApplies(_ runbook: Runbook, _ scope: Scope) throws(PlanError) {
        var reasons: [String] = []
        for (path, values) in runbook.appliesTo {
            switch scope.meaning(path) {
            case .value(let value) where values.contains(Values.text(value)): break
            case .value(let value):
                reasons.append(
                    "\(runbook.name) is for \(path) \(values.joined(separator: " or ")), "
                        + "here it is \(Values.text(value))"
                )
            case .unknown:
                reasons.append("the estate does not say \(path); write it into estate.yaml")
            default: reasons.append("the estate has no \(path)")
            }
        }
        if !reasons.isEmpty { throw .estate(reasons) }
    }

    /// The nodes the run changes: those that are named, and every host a step
    /// acts on.
    private func targets(_ steps: [YAMLNode], named: [String]) -> [String] {
        var targets = named
        for step in steps {
            guard let host = step["do"]?["ssh"]?["host"]?.scalar?.text, estate.node(host) != nil,
                !targets.contains(host)
            else { continue }
            targets.append(host)
        }
        return targets
    }

    private func checkRadius(
        _ runbook: Runbook, _ targets: [String], _ clusters: [String]
    ) throws(PlanError) {
        if targets.count > runbook.maxTargets {
            throw .estate([
                "ES-BLAST: \(runbook.name) may change \(runbook.maxTargets) "
                    + "\(runbook.maxTargets == 1 ? "node" : "nodes"), here it would be "
                    + "\(targets.count): \(targets.joined(separator: ", "))"
            ])
        }
        for cluster in clusters.prefix(1) {
            let left = estate.nodeNames(cluster: cluster).filter { !targets.contains($0) }
            guard left.count < runbook.minSurvivors else { continue }
            throw .estate([
                "ES-BLAST: \(runbook.name) needs \(runbook.minSurvivors) nodes of \(cluster) that it "
                    + "does not touch, here there would be \(left.count)"
            ])
        }
    }

    /// Rules over the order of all steps: ids are unique, and GitOps resumes
    /// only behind a pin.
    private func order(_ steps: [YAMLNode], _ runbook: Runbook) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        var pinned = false
        var seen: Set<String> = []
        if steps.count > 1000 {
            problems.append(
                problem(runbook, runbook.steps.first?.mark, "RB-STEPS", "more than 1000 steps"))
        }
        for step in steps {
            let id = step["id"]?.scalar?.text ?? ""
            if !seen.insert(id).inserted {
                problems.append(
                    problem(runbook, step.mark, "RB-DUPID", "two steps are called '\(id)'"))
            }
            if id.utf8.count > 64 {
                problems.append(
                    problem(runbook, step.mark, "RB-ID", "'\(id)' is longer than 64 characters"))
            }
            if step["do"]?["desired-state"]?.scalar?.text == "pin" { pinned = true }
            if step["gitops"]?.scalar?.text == "resume", !pinned {
                problems.append(
                    problem(
                        runbook, step.mark, "RB-PIN",
                        "step '\(id)' resumes GitOps without a desired-state: pin before it"))
            }
        }
        return problems
    }

    private func problem(_ runbook: Runbook, _ mark: Mark?, _ code: String, _ message: String)
        -> Diagnostic
    {
        Diagnostic(file: runbook.document.path, mark: mark, code: code, message: message)
    }

    /// A journal holds no null; a member without a value is left out.
    private func withoutNull(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.filter { $0.value != .null }.mapValues(withoutNull))
        case .array(let elements): .array(elements.map(withoutNull))
        default: value
        }
    }
}

extension Document {
    /// The file's name and the folder it is in.
    var name: String { path.split(separator: "/").suffix(2).joined(separator: "/") }
}

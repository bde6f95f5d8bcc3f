import JSON

/// Whether an application that syncs by itself does so now.
struct AutoSync: Sendable {
    /// What comes of it.
    enum Decision: Equatable {
        case no
        /// Not, and the status says why.
        case blocked(String)
        case sync(JSONValue)
    }

    let pace: ArgoPace
    let now: Moment

    func decide(_ application: JSONValue, _ comparison: ApplicationComparison) -> Decision {
        guard let policy = application.at("spec", "syncPolicy", "automated"), policy != .null,
            policy["enabled"]?.bool != false, application["operation"] == nil,
            !application.isTerminating, !comparison.isSynced
        else { return .no }
        let prunes = policy["prune"]?.bool == true
        guard prunes || !comparison.needsPruningOnly else { return .no }
        let commits = comparison.target.commits
        var resources: JSONValue?
        switch attempt(application, commits) {
        case nil: break
        case "Succeeded":
            guard policy["selfHeal"]?.bool == true, isRepairDue(application) else { return .no }
            // A repair is of what drifted only.
            resources = .array(comparison.resources.filter { !$0.isSynced }.map(Self.named))
        default:
            let words = application.at("status", "operationState", "message")?.string ?? ""
            return .blocked("Failed sync attempt to \(commits.joined(separator: ", ")): \(words)")
        }
        if prunes, policy["allowEmpty"]?.bool != true, comparison.wouldEmpty {
            return .blocked(
                """
                Skipping sync attempt to \(commits.joined(separator: ", ")): auto-sync will wipe \
                out all resources
                """)
        }
        var sync: JSONValue = ["prune": .bool(prunes)]
        if ApplicationSource.areMany(in: application) {
            sync["revisions"] = .array(commits.map(JSONValue.string))
        } else {
            sync["revision"] = .string(commits.first ?? "")
        }
        sync["resources"] = resources
        sync["syncOptions"] = application.at("spec", "syncPolicy", "syncOptions")
        return .sync([
            "sync": sync, "initiatedBy": ["automated": true],
            "retry": application.at("spec", "syncPolicy", "retry") ?? ["limit": 5],
        ])
    }

    /// How the last sync to these very commits and sources ended; nil if there
    /// was none.
    private func attempt(_ application: JSONValue, _ commits: [String]) -> String? {
        guard let state = application.at("status", "operationState"),
            let result = state["syncResult"]
        else { return nil }
        let before =
            result["revisions"]?.array?.compactMap(\.string)
            ?? [result["revision"]?.string ?? ""]
        let sources = (result["sources"]?.array ?? [result["source"] ?? [:]])
            .map { ApplicationSource(json: $0).withoutRevision }
        guard before == commits,
            sources == ApplicationSource.all(of: application).map(\.withoutRevision)
        else { return nil }
        return state["phase"]?.string
    }

    private func isRepairDue(_ application: JSONValue) -> Bool {
        let end = Moment(application.at("status", "operationState", "finishedAt")?.string)
        return end.map { now >= $0.adding(pace.step) } ?? true
    }

    private static func named(_ resource: ApplicationComparison.Resource) -> JSONValue {
        [
            "kind": .string(resource.object.kind), "name": .string(resource.object.name),
            "group": .string(resource.object.key?.resource.group ?? ""),
            "namespace": .string(resource.object.namespace),
        ]
    }
}

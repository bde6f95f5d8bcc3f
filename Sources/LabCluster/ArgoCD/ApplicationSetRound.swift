import JSON

/// One ApplicationSet, one round: its applications are made, put back to what the
/// template says, and deleted when their parameters are gone.
struct ApplicationSetRound: Sendable {
    let world: World
    let git: GitReadings
    let admission: Admission
    let now: Moment

    func reconcile(_ set: JSONValue) -> [Write] {
        guard !set.isTerminating else { return [] }
        do throws(RenderFailure) {
            guard let wanted = try applications(of: set) else { return [] }
            let writes = changes(to: wanted, of: set)
            return writes + [.put(reported(set, failure: nil, count: wanted.count))]
        } catch {
            return [.put(reported(set, failure: error.description, count: 0))]
        }
    }

    private func applications(of set: JSONValue) throws(RenderFailure) -> [JSONValue]? {
        let known: Set = [
            "generators", "template", "goTemplate", "goTemplateOptions", "syncPolicy",
        ]
        if let other = (set["spec"]?.object ?? [:]).keys.sorted().first(where: {
            !known.contains($0)
        }) {
            throw RenderFailure("\(other) is not simulated")
        }
        guard let all = try ApplicationGenerators(git: git).parameters(of: set) else { return nil }
        var applications: [JSONValue] = []
        for parameters in all {
            let template = ApplicationTemplate(
                parameters: parameters, isGo: set.at("spec", "goTemplate")?.bool == true)
            var application = try template.filled(set.at("spec", "template") ?? [:])
            application["apiVersion"] = "argoproj.io/v1alpha1"
            application["kind"] = "Application"
            application.set("metadata", "namespace", to: .string(set.namespace))
            application.set("metadata", "ownerReferences", to: [Owner.reference(set)])
            if set.at("spec", "syncPolicy", "preserveResourcesOnDeletion")?.bool != true,
                application.finalizers.isEmpty
            {
                application.set("metadata", "finalizers", to: [.string(ArgoNames.finalizer)])
            }
            applications.append(application)
        }
        return applications
    }

    private func changes(to wanted: [JSONValue], of set: JSONValue) -> [Write] {
        let policy = set.at("spec", "syncPolicy", "applicationsSync")?.string ?? "sync"
        var applier = Applier(admission, world, now: now)
        for application in wanted {
            guard let key = application.key else { continue }
            guard let live = world[key] else {
                _ = try? applier.apply(application)
                continue
            }
            guard ["sync", "create-update"].contains(policy), !live.isTerminating,
                live.controllerUID == set.uid
            else { continue }
            // Its whole specification is put back, not merged: what a hand
            // wrote there goes.
            var restored = live
            restored["spec"] = application["spec"]
            var annotations = application.annotations
            annotations[ArgoNames.refresh] = live.annotations[ArgoNames.refresh]
            restored.set(
                "metadata", "annotations", to: annotations.isEmpty ? nil : .object(annotations))
            for field in ["labels", "finalizers"] {
                restored.set("metadata", field, to: application.at("metadata", field))
            }
            applier.replace(live, with: restored)
        }
        if ["sync", "create-delete"].contains(policy) {
            let names = Set(wanted.map(\.name))
            applier.delete(
                world.all(.applications).filter {
                    $0.controllerUID == set.uid && !names.contains($0.name) && !$0.isTerminating
                }.compactMap(\.key))
        }
        return applier.writes
    }

    private func reported(_ set: JSONValue, failure: String?, count: Int) -> JSONValue {
        var new = set
        let isGood = failure == nil
        let words = failure ?? "All applications have been generated successfully"
        for (type, holds, reason) in [
            (
                "ErrorOccurred", !isGood,
                isGood ? "ApplicationSetUpToDate" : "ApplicationGenerationFromParamsError"
            ),
            ("ParametersGenerated", isGood, isGood ? "ParametersGenerated" : "ErrorOccurred"),
            ("ResourcesUpToDate", isGood, isGood ? "ApplicationSetUpToDate" : "ErrorOccurred"),
        ] {
            new.setCondition(
                type, holds ? "True" : "False", reason: reason, message: words, now: now)
        }
        if isGood { new.set("status", "resourcesCount", to: .int(count)) }
        return new
    }
}

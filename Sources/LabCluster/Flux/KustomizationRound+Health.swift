import JSON

/// What a Kustomization waits for.
extension KustomizationRound {
    func checks(_ kustomization: JSONValue) -> Bool {
        kustomization.at("spec", "wait")?.bool == true
            || !(kustomization.at("spec", "healthChecks")?.array ?? []).isEmpty
    }

    /// Names of what is not healthy, of all with `wait`, else of what is listed.
    func unhealthy(
        _ kustomization: JSONValue, _ wanted: [JSONValue], in world: World
    ) -> [String] {
        guard checks(kustomization) else { return [] }
        let listed = (kustomization.at("spec", "healthChecks")?.array ?? []).map {
            entry -> JSONValue in
            var object = entry
            object["metadata"] = [
                "name": entry["name"] ?? "", "namespace": entry["namespace"] ?? "",
            ]
            return object
        }
        let all = kustomization.at("spec", "wait")?.bool == true ? wanted : listed
        return all.filter { object in
            guard let key = object.key, key != kustomization.key else { return false }
            guard let live = world[key] else { return true }
            let health = Health(of: live) ?? Health.byReadyCondition(live) ?? fresh(live)
            return health.state != .healthy
        }.map { "\($0.kind)/\($0.namespace)/\($0.name)" }
    }

    /// One of Flux's own objects has to be seen by its controller first.
    private func fresh(_ object: JSONValue) -> Health {
        let isFlux = object.key?.resource.group.hasSuffix("toolkit.fluxcd.io") == true
        return Health(isFlux ? .progressing : .healthy)
    }
}

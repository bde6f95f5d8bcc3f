import JSON

/// Empties a terminating definition of its custom resources, then lets it go:
/// whatever belonged to them is garbage by then.
struct DefinitionEnd: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.definitions).filter(\.isTerminating).flatMap { definition -> [Write] in
            let instances =
                ResourceType.all.first { $0.isCustom && $0.definitionName == definition.name }
                .map { world.all($0.key) } ?? []
            guard instances.isEmpty else {
                return instances.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            }
            let left = definition.finalizers.filter { $0 != Deletion.customCleanup }
            guard !left.isEmpty else { return definition.key.map { [.remove($0)] } ?? [] }
            var free = definition
            free.set("metadata", "finalizers", to: .array(left))
            return [.put(free)]
        }
    }
}

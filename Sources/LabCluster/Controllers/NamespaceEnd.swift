import JSON

/// Empties a terminating namespace, then removes it.
struct NamespaceEnd: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.namespaces).filter(\.isTerminating).flatMap { namespace -> [Write] in
            let content = world.tables.values.flatMap(\.values).filter {
                $0.namespace == namespace.name
            }
            guard content.isEmpty else {
                return content.filter { !$0.isTerminating }
                    .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            }
            return [.remove(ObjectKey(.namespaces, name: namespace.name))]
        }
    }
}

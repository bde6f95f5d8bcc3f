import JSON

/// Lets events go after an hour, as a server does.
struct EventGarbage: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        (world.tables[.events] ?? [:]).keys
            .filter { now > world.lastWrite(of: $0).adding(.seconds(3600)) }.map(Write.remove)
    }
}

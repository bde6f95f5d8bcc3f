import JSON

/// Says that nothing starts a CronJob here.
struct CronJobs: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.cronJobs).filter { $0.at("spec", "suspend")?.bool != true }.map { job in
            EventRecord.write(
                "NotSimulated", "the lab does not run CronJobs; create a Job from it instead",
                about: job, from: "recover-lab", in: world, now: now)
        }
    }
}

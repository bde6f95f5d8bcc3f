import JSON

/// Makes a Job from a CronJob whenever it is due, and keeps its history short.
///
/// A lab may let its minutes be shorter: the time until the next due moment
/// shrinks, the schedule stays what it is.
struct CronJobController: Controller {
    static let scheduled = "batch.kubernetes.io/cronjob-scheduled-timestamp"

    let admission: Admission
    /// What a minute of a schedule lasts.
    var minute: Duration = .seconds(60)

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let crons = world.all(.cronJobs).filter { !$0.isTerminating }
        guard !crons.isEmpty else { return [] }
        let jobs = Dictionary(grouping: world.all(.jobs)) { $0.controllerUID ?? "" }
        return crons.flatMap { cron -> [Write] in
            var run = CronRun(cron, jobs[cron.uid] ?? [], world, now)
            run.settle()
            if cron.at("spec", "suspend")?.bool != true { start(&run) }
            return run.writes + [.put(run.cron)]
        }
    }

    private func start(_ run: inout CronRun) {
        let text = run.cron.at("spec", "schedule")?.string ?? ""
        guard let schedule = CronSchedule(text) else {
            run.say("UnparseableSchedule", "unparseable schedule: \"\(text)\"")
            return
        }
        let zone = run.cron.at("spec", "timeZone")?.string ?? "UTC"
        guard ["UTC", "Etc/UTC"].contains(zone) else {
            run.say("NotSimulated", "the lab knows no time zone but UTC, not \(zone)")
            return
        }
        guard let due = due(schedule, run) else { return }
        if let limit = run.cron.at("spec", "startingDeadlineSeconds")?.int,
            run.now > due.adding(.seconds(limit))
        {
            run.say("MissSchedule", "Missed scheduled time to start a job: \(due.text)")
            return
        }
        switch run.cron.at("spec", "concurrencyPolicy")?.string {
        case "Forbid" where !run.active.isEmpty:
            run.say(
                "JobAlreadyActive",
                "Not starting job because prior execution is running and "
                    + "concurrency policy is Forbid", type: "Normal")
            return
        case "Replace": for job in run.active { run.delete(job) }
        default: break
        }
        make(due, &run)
    }

    /// The last due moment that has come since the last run; nil if none has.
    private func due(_ schedule: CronSchedule, _ run: CronRun) -> Moment? {
        var last: Moment?
        var from = run.since
        // Behind a long rest the oldest of many missed moments do not matter.
        if let limit = run.cron.at("spec", "startingDeadlineSeconds")?.int {
            from = max(from, Moment(milliseconds: run.now.milliseconds - limit * 1000))
        }
        for _ in 0..<10_000 {
            guard let next = schedule.next(after: from) else { return last }
            let wait = (next.milliseconds - from.milliseconds) * minute.inMilliseconds / 60_000
            let moment = Moment(milliseconds: from.milliseconds + max(1, wait))
            guard moment <= run.now else { return last }
            last = moment
            from = moment
        }
        return last
    }

    private func make(_ due: Moment, _ run: inout CronRun) {
        let isReal = minute == .seconds(60)
        let number = isReal ? due.seconds / 60 : due.milliseconds
        var metadata = run.cron.at("spec", "jobTemplate", "metadata") ?? [:]
        metadata["name"] = .string("\(run.cron.name)-\(number)")
        metadata["namespace"] = .string(run.cron.namespace)
        metadata["ownerReferences"] = [Owner.reference(run.cron)]
        metadata["creationTimestamp"] = nil
        var notes = metadata["annotations"] ?? [:]
        notes[Self.scheduled] = .string(due.text)
        metadata["annotations"] = notes
        let job: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata,
            "spec": run.cron.at("spec", "jobTemplate", "spec") ?? [:],
        ]
        var maker = PodMaker(run.world, admission, now: run.now)
        let made = maker.write(job, for: run.cron, "cronjob-controller", in: run.world)
        run.writes.append(made.write)
        guard made.isMade, case .put(let stored) = made.write else { return }
        run.cron.set("status", "lastScheduleTime", to: .string(due.text))
        run.active.append(stored)
        run.say("SuccessfulCreate", "Created job \(stored.name)", type: "Normal")
        run.tellActive()
    }
}

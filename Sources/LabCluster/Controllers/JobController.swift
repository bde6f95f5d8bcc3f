import JSON

/// Runs a Job's pods until enough have succeeded, or too many have failed.
struct JobController: Controller {
    let admission: Admission
    /// The wait before the first retry; it doubles with each failure.
    let backoff: Duration

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let jobs = world.all(.jobs).filter { !$0.isTerminating }
        guard !jobs.isEmpty else { return [] }
        var maker = PodMaker(world, admission, now: now)
        let pods = world.podsByOwner
        return jobs.flatMap { reconcile($0, pods[$0.uid] ?? [], world, &maker, now) }
    }

    private func reconcile(
        _ job: JSONValue, _ pods: [JSONValue], _ world: World, _ maker: inout PodMaker,
        _ now: Moment
    ) -> [Write] {
        guard job.condition("Complete") == nil, job.condition("Failed") == nil else {
            return outlived(job, now) ? Deletion.writes(of: job, grace: nil, now: now) : []
        }
        guard job.at("spec", "selector") != nil else { return [.put(labelled(job))] }
        var job = job
        let count = JobCount(job, pods)
        var active = pods.filter(\.isActivePod)
        var writes: [Write] = []
        if count.isComplete {
            job.set("status", "completionTime", to: .string(now.text))
            finish(
                &job, "SuccessCriteriaMet", "CompletionsReached",
                "Reached expected number of succeeded pods", now)
            finish(
                &job, "Complete", "CompletionsReached",
                "Reached expected number of succeeded pods", now)
        } else if let failure = count.failure(now: now) {
            finish(&job, "FailureTarget", failure.reason, failure.message, now)
            finish(&job, "Failed", failure.reason, failure.message, now)
            writes += active.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            active = []
            writes.append(
                EventRecord.write(
                    failure.reason, failure.message, about: job, from: "job-controller", in: world,
                    now: now))
        } else if job.at("spec", "suspend")?.bool == true {
            writes += active.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
        } else {
            if job.at("status", "startTime") == nil {
                job.set("status", "startTime", to: .string(now.text))
            }
            if isDue(pods, failed: count.failed, world, now) {
                writes += started(job, count.wanted - active.count, world, &maker)
            }
        }
        count.tell(&job, active: active)
        return writes + [.put(job)]
    }

    private func started(
        _ job: JSONValue, _ missing: Int, _ world: World, _ maker: inout PodMaker
    ) -> [Write] {
        (0..<max(0, missing)).map { ordinal in
            let suffix = Naming.suffix("\(job.uid)\(world.revision)\(ordinal)", length: 5)
            let draft = PodMaker.draft(of: job, name: "\(job.name)-\(suffix)")
            return maker.write(draft, for: job, "job-controller", in: world).write
        }
    }

    /// A failed pod is followed by a pause that doubles, six minutes at most.
    private func isDue(_ pods: [JSONValue], failed: Int, _ world: World, _ now: Moment) -> Bool {
        guard failed > 0 else { return true }
        let last = pods.filter { $0.phase == "Failed" }.compactMap(\.key)
            .map { world.lastWrite(of: $0) }.max()
        guard let last else { return true }
        return now >= last.adding(Backoff.pause(after: failed, first: backoff, limit: 36))
    }

    private func finish(
        _ job: inout JSONValue, _ type: String, _ reason: String, _ message: String, _ now: Moment
    ) {
        job.setCondition(type, "True", reason: reason, message: message, now: now)
    }

    /// The labels by which the job knows its pods.
    private func labelled(_ job: JSONValue) -> JSONValue {
        var job = job
        let uid = JSONValue.string(job.uid)
        job.set(
            "spec", "selector",
            to: ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]])
        for (label, value) in [
            ("batch.kubernetes.io/controller-uid", uid), ("controller-uid", uid),
            ("batch.kubernetes.io/job-name", .string(job.name)), ("job-name", .string(job.name)),
        ] { job.set("spec", "template", "metadata", "labels", label, to: value) }
        return job
    }

    private func outlived(_ job: JSONValue, _ now: Moment) -> Bool {
        guard let seconds = job.at("spec", "ttlSecondsAfterFinished")?.int else { return false }
        let end = job.condition("Complete") ?? job.condition("Failed")
        guard let ended = Moment(end?["lastTransitionTime"]?.string) else { return false }
        return now >= ended.adding(.seconds(seconds))
    }
}

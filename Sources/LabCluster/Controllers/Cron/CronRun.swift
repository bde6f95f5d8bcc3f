import JSON

/// One look at a CronJob: its Jobs, and what is written about them.
struct CronRun {
    var cron: JSONValue
    /// Jobs of it that are not over.
    var active: [JSONValue]
    var writes: [Write] = []
    let world: World
    let now: Moment
    private let jobs: [JSONValue]

    init(_ cron: JSONValue, _ jobs: [JSONValue], _ world: World, _ now: Moment) {
        self.cron = cron
        self.jobs = jobs
        self.world = world
        self.now = now
        active = jobs.filter { Self.end(of: $0) == nil && !$0.isTerminating }
    }

    /// `Complete` or `Failed`; nil while it runs.
    private static func end(of job: JSONValue) -> String? {
        ["Complete", "Failed"].first { job.condition($0)?["status"]?.string == "True" }
    }

    /// Since when due moments are looked for.
    var since: Moment {
        Moment(cron.at("status", "lastScheduleTime")?.string)
            ?? Moment(cron.at("metadata", "creationTimestamp")?.string) ?? now
    }

    /// Notes what has ended, and deletes what is over the limits.
    mutating func settle() {
        let known = Set(
            (cron.at("status", "active")?.array ?? []).compactMap { $0["uid"]?.string })
        for job in jobs {
            guard let end = Self.end(of: job) else { continue }
            if known.contains(job.uid) {
                say(
                    "SawCompletedJob", "Saw completed job: \(job.name), condition: \(end)",
                    type: "Normal")
            }
            guard end == "Complete", let done = job.at("status", "completionTime")?.string else {
                continue
            }
            let last = cron.at("status", "lastSuccessfulTime")?.string ?? ""
            if done > last { cron.set("status", "lastSuccessfulTime", to: .string(done)) }
        }
        trim("Complete", to: cron.at("spec", "successfulJobsHistoryLimit")?.int ?? 3)
        trim("Failed", to: cron.at("spec", "failedJobsHistoryLimit")?.int ?? 1)
        tellActive()
    }

    private mutating func trim(_ end: String, to limit: Int) {
        let over = jobs.filter { Self.end(of: $0) == end && !$0.isTerminating }.sorted {
            left, right in
            (left.at("status", "startTime")?.string ?? "", left.name)
                < (right.at("status", "startTime")?.string ?? "", right.name)
        }
        for job in over.dropLast(limit) { delete(job) }
    }

    mutating func delete(_ job: JSONValue) {
        writes += Deletion.writes(of: job, grace: nil, now: now)
        active.removeAll { $0.uid == job.uid }
        say("SuccessfulDelete", "Deleted job \(job.name)", type: "Normal")
        tellActive()
    }

    mutating func tellActive() {
        let references = active.map { job -> JSONValue in
            [
                "apiVersion": "batch/v1", "kind": "Job", "name": .string(job.name),
                "namespace": .string(job.namespace), "uid": .string(job.uid),
            ]
        }
        cron.set("status", "active", to: references.isEmpty ? nil : .array(references))
    }

    mutating func say(_ reason: String, _ words: String, type: String = "Warning") {
        writes.append(
            EventRecord.write(
                reason, words, about: cron, from: "cronjob-controller", type: type, in: world,
                now: now))
    }
}

import JSON

/// How far a Job is. What it has counted once stays counted when the pod is
/// deleted.
struct JobCount {
    let succeeded: Int
    let failed: Int
    private let job: JSONValue
    private let restarts: Int

    init(_ job: JSONValue, _ pods: [JSONValue]) {
        self.job = job
        func count(_ phase: String, _ field: String) -> Int {
            max(pods.count { $0.phase == phase }, job.at("status", field)?.int ?? 0)
        }
        succeeded = count("Succeeded", "succeeded")
        failed = count("Failed", "failed")
        restarts = pods.flatMap { $0.at("status", "containerStatuses")?.array ?? [] }
            .map { $0["restartCount"]?.int ?? 0 }.reduce(0, +)
    }

    private var completions: Int { job.at("spec", "completions")?.int ?? 1 }
    var isComplete: Bool { succeeded >= completions }
    /// How many pods should run now.
    var wanted: Int {
        min(job.at("spec", "parallelism")?.int ?? 1, completions - succeeded)
    }

    /// Why the job is given up; nil while it is not.
    func failure(now: Moment) -> (reason: String, message: String)? {
        if failed + restarts > job.at("spec", "backoffLimit")?.int ?? 6 {
            return ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
        }
        if let limit = job.at("spec", "activeDeadlineSeconds")?.int,
            let start = Moment(job.at("status", "startTime")?.string),
            now >= start.adding(.seconds(limit))
        {
            return ("DeadlineExceeded", "Job was active longer than specified deadline")
        }
        return nil
    }

    func tell(_ job: inout JSONValue, active: [JSONValue]) {
        let ready = active.count(where: \.isReady)
        for (field, value) in [
            ("succeeded", succeeded), ("failed", failed), ("active", active.count),
        ] { job.set("status", field, to: value == 0 ? nil : .int(value)) }
        job.set("status", "ready", to: .int(ready))
        job.set("status", "terminating", to: 0)
        job.set("status", "uncountedTerminatedPods", to: [:])
    }
}

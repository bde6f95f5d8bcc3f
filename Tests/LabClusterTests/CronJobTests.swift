import JSON
import Testing

@testable import LabCluster

@Suite struct CronJobTests {
    private static func cron(_ schedule: String, _ more: JSONValue = [:]) -> JSONValue {
        var spec: JSONValue = [
            "schedule": .string(schedule),
            "jobTemplate": [
                "metadata": ["labels": ["made": "by-cron"]],
                "spec": [
                    "template": [
                        "spec": [
                            "restartPolicy": "Never", "containers": [["name": "c", "image": "i"]],
                        ]
                    ]
                ],
            ],
        ]
        for (key, value) in more.object ?? [:] { spec[key] = value }
        return [
            "apiVersion": "batch/v1", "kind": "CronJob",
            "metadata": ["name": "tidy", "namespace": "default"], "spec": spec,
        ]
    }

    private func simulation(_ cron: JSONValue) throws -> Simulation {
        let simulation = try Simulation([Sample.node("w1"), cron])
        simulation.connect("w1")
        return simulation
    }

    private func jobs(_ simulation: Simulation) -> [JSONValue] { simulation.store.world.all(.jobs) }

    private func cron(_ simulation: Simulation) -> JSONValue {
        simulation.store.world.object(.cronJobs, "default", "tidy") ?? [:]
    }

    private func at(_ text: String) throws -> Moment { try #require(Moment(text)) }

    @Test(arguments: [
        ("*/15 * * * *", "2026-11-21T09:07:30Z", "2026-11-21T09:15:00Z"),
        ("0 2 * * *", "2026-11-21T02:00:00Z", "2026-11-22T02:00:00Z"),
        ("30 4 1,15 * 5", "2026-11-21T00:00:00Z", "2026-11-27T04:30:00Z"),
        ("0 0 29 2 *", "2026-11-21T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("@hourly", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("5/20 22-23 * jan-mar MON", "2026-11-21T00:00:00Z", "2027-01-04T22:05:00Z"),
    ])
    func `a schedule finds its next moment`(text: String, from: String, to: String) throws {
        let schedule = try #require(CronSchedule(text))
        #expect(schedule.next(after: try at(from))?.text == to)
    }

    @Test(arguments: ["", "* * * *", "60 * * * *", "* * 0 * *", "*/0 * * * *", "5-1 * * * *", "x"])
    func `what is no schedule is refused`(text: String) {
        #expect(CronSchedule(text) == nil)
    }

    @Test func `a due CronJob makes a Job that runs, once for each moment`() throws {
        let simulation = try simulation(Self.cron("*/5 * * * *"))
        try simulation.run(seconds: 1)
        #expect(jobs(simulation).isEmpty)
        try simulation.run(seconds: 310)
        let job = try #require(jobs(simulation).first)
        #expect(jobs(simulation).count == 1 && job.labels["made"] == "by-cron")
        let due = try at(cron(simulation).at("status", "lastScheduleTime")?.string ?? "")
        #expect(due.seconds % 300 == 0 && job.name == "tidy-\(due.seconds / 60)")
        #expect(job.annotations[CronJobController.scheduled]?.string == due.text)
        #expect(job.condition("Complete") != nil)
        #expect(cron(simulation).at("status", "lastSuccessfulTime") != nil)
        #expect(cron(simulation).at("status", "active") == nil)
    }

    @Test func `the history is as long as its limits`() throws {
        let simulation = try simulation(
            Self.cron("* * * * *", ["successfulJobsHistoryLimit": 2]))
        try simulation.run(seconds: 400)
        let done = jobs(simulation).filter { $0.condition("Complete") != nil }
        #expect(done.count == 2)
        // The youngest are kept.
        let last = try at(cron(simulation).at("status", "lastScheduleTime")?.string ?? "")
        #expect(done.map(\.name).sorted().last == "tidy-\(last.seconds / 60)")
    }

    @Test func `a suspended one makes none, and a missed moment counts once`() throws {
        let simulation = try simulation(Self.cron("* * * * *", ["suspend": true]))
        try simulation.run(seconds: 600)
        #expect(jobs(simulation).isEmpty)
        _ = try simulation.request(
            "PATCH", "/apis/batch/v1/namespaces/default/cronjobs/tidy",
            ["spec": ["suspend": false]], type: "application/merge-patch+json")
        try simulation.run(seconds: 1)
        #expect(jobs(simulation).count == 1)
    }

    @Test func `a moment missed by more than its deadline is let go`() throws {
        let simulation = try simulation(
            Self.cron("0 * * * *", ["suspend": true, "startingDeadlineSeconds": 100]))
        let hour = 3600 - simulation.now.seconds % 3600
        try simulation.run(seconds: hour + 200)
        _ = try simulation.request(
            "PATCH", "/apis/batch/v1/namespaces/default/cronjobs/tidy",
            ["spec": ["suspend": false]], type: "application/merge-patch+json")
        try simulation.run(seconds: 5)
        #expect(jobs(simulation).isEmpty)
    }

    /// A CronJob whose Jobs do not end: no node starts their pods.
    private func busy(_ policy: String) throws -> Simulation {
        let simulation = try simulation(
            Self.cron("* * * * *", ["concurrencyPolicy": .string(policy)]))
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 200)
        return simulation
    }

    @Test func `policies for one that still runs`() throws {
        let many = try busy("Allow")
        #expect(jobs(many).count >= 3)
        #expect(cron(many).at("status", "active")?.array?.count == jobs(many).count)
        let one = try busy("Forbid")
        #expect(jobs(one).count == 1)
        #expect(
            one.store.world.all(.events).contains { $0["reason"]?.string == "JobAlreadyActive" })
        let last = try busy("Replace")
        let due = try at(cron(last).at("status", "lastScheduleTime")?.string ?? "")
        #expect(jobs(last).map(\.name) == ["tidy-\(due.seconds / 60)"])
    }

    @Test func `minutes of a lab may be shorter`() throws {
        let simulation = try simulation(Self.cron("0 * * * *"))
        simulation.options.cronMinute = .seconds(1)
        try simulation.run(seconds: 200)
        #expect(jobs(simulation).count >= 3)
    }

    @Test func `what cannot be obeyed is said`() throws {
        let zoned = try simulation(Self.cron("* * * * *", ["timeZone": "Europe/Paris"]))
        try zoned.run(seconds: 100)
        #expect(jobs(zoned).isEmpty)
        #expect(zoned.store.world.all(.events).contains { $0["reason"] == "NotSimulated" })
        let wrong = try simulation(Self.cron("every day"))
        try wrong.run(seconds: 100)
        #expect(wrong.store.world.all(.events).contains { $0["reason"] == "UnparseableSchedule" })
    }

    @Test func `runs are no difference between two worlds`() throws {
        let simulation = try simulation(Self.cron("* * * * *"))
        try simulation.run(seconds: 5)
        let before = ComparableWorld(simulation.store.world, disks: nil).state
        try simulation.run(seconds: 130)
        #expect(!jobs(simulation).isEmpty)
        #expect(ComparableWorld(simulation.store.world, disks: nil).state == before)
    }
}

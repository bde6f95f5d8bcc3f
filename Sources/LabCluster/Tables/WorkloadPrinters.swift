import JSON

/// What is shown of Deployments, DaemonSets, Jobs and their like.
enum WorkloadPrinters {
    private static let wide = TableColumn.wide("Containers", "Images")
    private static let wideWithSelector = TableColumn.wide("Containers", "Images", "Selector")

    static let all: [ResourceKey: Printer] = [
        .deployments: Printer(
            [.name] + TableColumn.named("Ready", "Up-to-date", "Available", "Age")
                + wideWithSelector
        ) { object, now in
            [
                .string(object.name), ready(object),
                Cell.int(object.at("status", "updatedReplicas")),
                Cell.int(object.at("status", "availableReplicas")), Age.of(object, now),
            ] + template(object) + [Cell.selector(object.at("spec", "selector"))]
        },
        .statefulSets: Printer([.name] + TableColumn.named("Ready", "Age") + wide) { object, now in
            [.string(object.name), ready(object), Age.of(object, now)] + template(object)
        },
        .replicaSets: Printer(
            [.name] + integers("Desired", "Current", "Ready") + [.age] + wideWithSelector
        ) { object, now in
            [
                .string(object.name), Cell.int(object.at("spec", "replicas")),
                Cell.int(object.at("status", "replicas")),
                Cell.int(object.at("status", "readyReplicas")), Age.of(object, now),
            ] + template(object) + [Cell.selector(object.at("spec", "selector"))]
        },
        .daemonSets: Printer(
            [.name] + integers("Desired", "Current", "Ready", "Up-to-date", "Available")
                + TableColumn.named("Node Selector", "Age") + wideWithSelector
        ) { object, now in
            [.string(object.name)]
                + [
                    "desiredNumberScheduled", "currentNumberScheduled", "numberReady",
                    "updatedNumberScheduled", "numberAvailable",
                ].map { Cell.int(object.at("status", $0)) } + [
                    Cell.labels(object.at("spec", "template", "spec", "nodeSelector")),
                    Age.of(object, now),
                ] + template(object) + [Cell.selector(object.at("spec", "selector"))]
        },
        .jobs: Printer(
            [.name] + TableColumn.named("Status", "Completions", "Duration", "Age")
                + wideWithSelector
        ) { object, now in
            [
                .string(object.name), .string(state(ofJob: object)), completions(object),
                duration(object, now), Age.of(object, now),
            ] + template(object) + [Cell.selector(object.at("spec", "selector"))]
        },
        .cronJobs: Printer(
            [.name]
                + TableColumn.named(
                    "Schedule", "Timezone", "Suspend", "Active", "Last Schedule", "Age")
                + wideWithSelector
        ) { object, now in
            let last = object.at("status", "lastScheduleTime")?.string
            let spec = object.at("spec", "jobTemplate", "spec")
            return [
                .string(object.name), Cell.text(object.at("spec", "schedule")),
                Cell.text(object.at("spec", "timeZone")),
                object.at("spec", "suspend")?.bool == true ? "True" : "False",
                .int(object.at("status", "active")?.array?.count ?? 0),
                last.map { Age.since($0, now) } ?? Cell.none, Age.of(object, now),
                Cell.containers(spec?.at("template", "spec"), "name"),
                Cell.containers(spec?.at("template", "spec"), "image"),
                Cell.selector(spec?["selector"]),
            ]
        },
        .controllerRevisions: Printer(
            [.name] + TableColumn.named("Controller", "Revision", "Age")
        ) { object, now in
            let owner = object.owners.first { $0["controller"]?.bool == true }
            let name = owner.flatMap { owner -> String? in
                guard let kind = owner["kind"]?.string, let name = owner["name"]?.string,
                    let version = owner["apiVersion"]?.string
                else { return nil }
                let group = version.contains("/") ? "." + version.prefix { $0 != "/" } : ""
                return "\(kind.lowercased())\(group)/\(name)"
            }
            return [
                .string(object.name), name.map(JSONValue.string) ?? Cell.none,
                object["revision"] ?? 0, Age.of(object, now),
            ]
        },
    ]

    private static func integers(_ names: String...) -> [TableColumn] {
        names.map { TableColumn(name: $0, type: "integer") }
    }

    private static func ready(_ object: JSONValue) -> JSONValue {
        let ready = object.at("status", "readyReplicas")?.int ?? 0
        return .string("\(ready)/\(object.at("spec", "replicas")?.int ?? 0)")
    }

    private static func template(_ object: JSONValue) -> [JSONValue] {
        let spec = object.at("spec", "template", "spec")
        return [Cell.containers(spec, "name"), Cell.containers(spec, "image")]
    }

    private static func state(ofJob job: JSONValue) -> String {
        func has(_ type: String) -> Bool { job.condition(type)?["status"]?.string == "True" }
        if has("Complete") { return "Complete" }
        if has("Failed") { return "Failed" }
        if job.isTerminating { return "Terminating" }
        let named = ["Suspended", "FailureTarget", "SuccessCriteriaMet"]
        return named.first(where: has) ?? "Running"
    }

    private static func completions(_ job: JSONValue) -> JSONValue {
        let done = job.at("status", "succeeded")?.int ?? 0
        if let wanted = job.at("spec", "completions")?.int { return .string("\(done)/\(wanted)") }
        let together = job.at("spec", "parallelism")?.int ?? 0
        return .string(together > 1 ? "\(done)/1 of \(together)" : "\(done)/1")
    }

    private static func duration(_ job: JSONValue, _ now: Moment) -> JSONValue {
        guard let start = Moment(job.at("status", "startTime")?.string) else { return "" }
        let end = Moment(job.at("status", "completionTime")?.string) ?? now
        return .string(Age.text(milliseconds: end.milliseconds - start.milliseconds))
    }
}

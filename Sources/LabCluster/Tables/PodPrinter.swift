import JSON

/// What `kubectl get pods` shows: the state a person is told differs from the
/// phase wherever a container has something to say.
enum PodPrinter {
    static let printer = Printer(
        [.name] + TableColumn.named("Ready", "Status", "Restarts", "Age")
            + TableColumn.wide("IP", "Node", "Nominated Node", "Readiness Gates")
    ) { pod, now in
        let view = View(pod)
        let gates = pod.at("spec", "readinessGates")?.array ?? []
        let passed = gates.filter { gate in
            pod.condition(gate["conditionType"]?.string ?? "")?["status"]?.string == "True"
        }
        return [
            .string(pod.name), .string("\(view.ready)/\(view.total)"), .string(view.reason),
            .string(view.restarts(now)), Age.of(pod, now),
            Cell.text(pod.at("status", "podIP")), Cell.text(pod.at("spec", "nodeName")),
            Cell.text(pod.at("status", "nominatedNodeName")),
            gates.isEmpty ? Cell.none : .string("\(passed.count)/\(gates.count)"),
        ]
    }

    /// A pod read the way the server's printer reads it.
    private struct View {
        let total: Int
        var ready = 0
        var reason: String
        var count = 0
        var lastRestart: String?

        init(_ pod: JSONValue) {
            total = pod.at("spec", "containers")?.array?.count ?? 0
            let phase = pod.phase
            let own = pod.at("status", "reason")?.string ?? ""
            reason = own.isEmpty ? phase : own
            if pod.condition("PodScheduled")?["reason"]?.string == "SchedulingGated" {
                reason = "SchedulingGated"
            }
            let isInitializing = initialize(pod)
            if !isInitializing || pod.condition("Initialized")?["status"]?.string == "True" {
                run(pod)
            }
            guard pod.isTerminating else { return }
            if own == "NodeLost" {
                reason = "Unknown"
            } else if phase != "Succeeded", phase != "Failed" {
                reason = "Terminating"
            }
        }

        func restarts(_ now: Moment) -> String {
            guard count != 0, let lastRestart else { return "\(count)" }
            return "\(count) (\(Age.since(lastRestart, now).string ?? "") ago)"
        }

        /// Whether an init container still works, or failed.
        private mutating func initialize(_ pod: JSONValue) -> Bool {
            let declared = pod.at("spec", "initContainers")?.array?.count ?? 0
            let statuses = pod.at("status", "initContainerStatuses")?.array ?? []
            for (index, status) in statuses.enumerated() {
                add(status)
                let ended = status.at("state", "terminated")
                if let ended, ended["exitCode"]?.int == 0 { continue }
                if let ended {
                    reason = "Init:" + Self.end(ended)
                } else if let waiting = status.at("state", "waiting", "reason")?.string,
                    !waiting.isEmpty, waiting != "PodInitializing"
                {
                    reason = "Init:" + waiting
                } else {
                    reason = "Init:\(index)/\(declared)"
                }
                return true
            }
            return false
        }

        private mutating func run(_ pod: JSONValue) {
            count = 0
            var isAnyRunning = false
            for status in (pod.at("status", "containerStatuses")?.array ?? []).reversed() {
                add(status)
                if let waiting = status.at("state", "waiting", "reason")?.string, !waiting.isEmpty {
                    reason = waiting
                } else if let ended = status.at("state", "terminated") {
                    reason = Self.end(ended)
                } else if status["ready"]?.bool == true, status.at("state", "running") != nil {
                    isAnyRunning = true
                    ready += 1
                }
            }
            if reason == "Completed", isAnyRunning {
                reason = pod.isReady ? "Running" : "NotReady"
            }
        }

        private mutating func add(_ status: JSONValue) {
            count += status["restartCount"]?.int ?? 0
            guard let last = status.at("lastState", "terminated", "finishedAt")?.string else {
                return
            }
            lastRestart = max(lastRestart ?? "", last)
        }

        private static func end(_ ended: JSONValue) -> String {
            if let reason = ended["reason"]?.string, !reason.isEmpty { return reason }
            if let signal = ended["signal"]?.int, signal != 0 { return "Signal:\(signal)" }
            return "ExitCode:\(ended["exitCode"]?.int ?? 0)"
        }
    }
}

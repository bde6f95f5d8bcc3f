import JSON

/// The status a kubelet gives a pod.
enum PodState {
    /// The containers wait for something.
    static func waiting(_ pod: JSONValue, _ hold: PodHold, now: Moment) -> JSONValue {
        var pod = pod
        setStart(&pod, now: now)
        for type in ["ContainersReady", "Ready"] {
            pod.setCondition(type, "False", reason: "ContainersNotReady", now: now)
        }
        setContainers(&pod) { _, _ in
            var waiting: JSONValue = ["reason": .string(hold.reason)]
            // A volume's trouble stands in an event, not here.
            if hold.event == nil { waiting["message"] = .string(hold.message) }
            return ["ready": false, "started": false, "state": ["waiting": waiting]]
        }
        return pod
    }

    /// The containers run.
    static func running(_ pod: JSONValue, on node: JSONValue, _ address: String?, now: Moment)
        -> JSONValue
    {
        var pod = pod
        pod.set("status", "phase", to: "Running")
        for type in ["PodScheduled", "Initialized"] { pod.setCondition(type, "True", now: now) }
        setStart(&pod, now: now)
        let host = Self.address(of: node)
        pod.set("status", "hostIP", to: host)
        if let ip = pod.at("spec", "hostNetwork")?.bool == true
            ? host : address.map(JSONValue.string)
        {
            pod.set("status", "podIP", to: ip)
            pod.set("status", "podIPs", to: [["ip": ip]])
        }
        set(&pod, ready: true, now: now)
        return pod
    }

    /// The InternalIP of a node.
    static func address(of node: JSONValue) -> JSONValue? {
        (node.at("status", "addresses")?.array ?? [])
            .first { $0["type"]?.string == "InternalIP" }?["address"]
    }

    /// Running containers pass their probes, or not.
    static func set(_ pod: inout JSONValue, ready: Bool, now: Moment) {
        for type in ["ContainersReady", "Ready"] {
            pod.setCondition(
                type, ready ? "True" : "False", reason: ready ? nil : "ContainersNotReady", now: now
            )
        }
        setContainers(&pod) { container, old in
            let started = old.at("state", "running", "startedAt") ?? .string(now.text)
            return [
                "ready": .bool(ready), "started": true,
                "state": ["running": ["startedAt": started]],
            ]
        }
    }

    /// The containers ended at once and are started again after a pause.
    static func crashed(
        _ pod: JSONValue, exitCode: Int, _ words: String, first: Duration, now: Moment
    ) -> JSONValue {
        var pod = pod
        setStart(&pod, now: now)
        pod.set("status", "phase", to: "Running")
        for type in ["ContainersReady", "Ready"] {
            pod.setCondition(type, "False", reason: "ContainersNotReady", now: now)
        }
        let place = "pod=\(pod.name)_\(pod.namespace)(\(pod.uid))"
        setContainers(&pod) { container, old in
            let count = (old["restartCount"]?.int ?? -1) + 1
            let pause = Backoff.pause(after: count + 1, first: .seconds(10), limit: 30)
            let wait = "back-off \(text(pause)) restarting failed container="
            return [
                "ready": false, "started": false, "restartCount": .int(count),
                "state": [
                    "waiting": [
                        "reason": "CrashLoopBackOff",
                        "message": .string(wait + "\(container["name"]?.string ?? "") \(place)"),
                    ]
                ], "lastState": ["terminated": terminated(exitCode, words, now)],
            ]
        }
        return pod
    }

    /// When a crashed pod's containers are started again; nil if it did not crash.
    static func retry(_ pod: JSONValue, first: Duration) -> Moment? {
        let states = pod.at("status", "containerStatuses")?.array ?? []
        guard let state = states.first(where: { $0.at("lastState", "terminated") != nil }),
            let end = Moment(state.at("lastState", "terminated", "finishedAt")?.string)
        else { return nil }
        let count = (state["restartCount"]?.int ?? 0) + 1
        return end.adding(Backoff.pause(after: count, first: first, limit: 30))
    }

    /// The containers ended for good.
    static func ended(_ pod: JSONValue, exitCode: Int, _ words: String, now: Moment) -> JSONValue {
        var pod = pod
        setStart(&pod, now: now)
        pod.set("status", "phase", to: exitCode == 0 ? "Succeeded" : "Failed")
        for type in ["ContainersReady", "Ready"] {
            pod.setCondition(
                type, "False", reason: exitCode == 0 ? "PodCompleted" : "PodFailed", now: now)
        }
        setContainers(&pod) { _, _ in
            [
                "ready": false, "started": false,
                "state": ["terminated": terminated(exitCode, words, now)],
            ]
        }
        return pod
    }

    /// Whether a pod in phase Running has containers that wait.
    static func waits(_ pod: JSONValue) -> Bool {
        (pod.at("status", "containerStatuses")?.array ?? []).contains {
            $0.at("state", "waiting") != nil
        }
    }

    /// Whether its containers are meant to end by themselves.
    static func isFinite(_ pod: JSONValue) -> Bool {
        (pod.at("spec", "restartPolicy")?.string ?? "Always") != "Always"
    }

    private static func terminated(_ code: Int, _ words: String, _ now: Moment) -> JSONValue {
        var state: JSONValue = [
            "exitCode": .int(code), "reason": code == 0 ? "Completed" : "Error",
            "startedAt": .string(now.text), "finishedAt": .string(now.text),
        ]
        if !words.isEmpty { state["message"] = .string(words) }
        return state
    }

    private static func text(_ pause: Duration) -> String {
        let seconds = pause.inMilliseconds / 1000
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }

    private static func setStart(_ pod: inout JSONValue, now: Moment) {
        guard pod.at("status", "startTime") == nil else { return }
        pod.set("status", "startTime", to: .string(now.text))
    }

    private static func setContainers(
        _ pod: inout JSONValue, _ change: (JSONValue, JSONValue) -> JSONValue
    ) {
        let old = pod.at("status", "containerStatuses")?.array ?? []
        let states = (pod.at("spec", "containers")?.array ?? []).map { container -> JSONValue in
            let known = old.first { $0["name"] == container["name"] } ?? [:]
            var state: [String: JSONValue] = [
                "name": container["name"] ?? "", "image": container["image"] ?? "",
                "restartCount": known["restartCount"] ?? 0,
            ]
            if let last = known["lastState"] { state["lastState"] = last }
            state.merge(change(container, known).object ?? [:]) { $1 }
            return .object(state)
        }
        pod.set("status", "containerStatuses", to: .array(states))
    }
}

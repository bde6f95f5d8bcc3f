import JSON

/// What a playbook does in the lab: `playbooks` of `lab.yaml`, plays of tasks,
/// each a line of shell on a machine.
struct Playbook: Sendable {
    struct Play: Sendable {
        let name: String, group: String
        let hosts: [String], tags: [String]
        let tasks: [Task]
    }

    struct Task: Sendable {
        let name: String
        /// What it runs, and the test that says it is not needed.
        let run: String, unless: String?
        /// The variable that takes what it prints, for all that follows.
        let register: String?
        /// The variable of the responder's environment that names the file which
        /// takes what it prints.
        let fetch: String?
    }

    let path: String
    let plays: [Play]

    init(_ json: JSONValue) {
        func words(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
        path = json["path"]?.string ?? ""
        plays = (json["plays"]?.array ?? []).map { play in
            Play(
                name: play["name"]?.string ?? "", group: play["group"]?.string ?? "",
                hosts: words(play["hosts"]), tags: words(play["tags"]),
                tasks: (play["tasks"]?.array ?? []).map { task in
                    Task(
                        name: task["name"]?.string ?? "", run: task["run"]?.string ?? "",
                        unless: task["unless"]?.string, register: task["register"]?.string,
                        fetch: task["fetch"]?.string)
                })
        }
    }

    /// Whether this is meant by `path`, with more or fewer folders in front.
    func isMeant(by path: String) -> Bool {
        path == self.path || path.hasSuffix("/\(self.path)") || self.path.hasSuffix("/\(path)")
    }

    /// The plays of a call with the hosts that are left of them.
    func plays(_ call: AnsibleCall) -> [(Play, [String])] {
        plays.filter { call.tags.isEmpty || !Set($0.tags).isDisjoint(with: call.tags) }.map {
            play in
            let isWhole = call.limit.isEmpty || call.limit.contains(play.group)
            return (play, isWhole ? play.hosts : play.hosts.filter(call.limit.contains))
        }
    }
}

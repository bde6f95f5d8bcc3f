import Testing

/// A folder with the shipped runbooks and snapshots, and runbooks of a test.
struct Library {
    let folder: String

    /// Copies what is shipped to `folder`.
    init(_ folder: String) throws {
        self.folder = folder
        try Files.makeFolder(folder)
        try Files.tool("/bin/cp", "-rL", "\(Programs.repository)/runbooks", folder)
        try Files.tool("/bin/cp", "-rL", "\(Programs.repository)/snapshots", folder)
    }

    /// Text of a shipped runbook.
    static func shipped(_ name: String) throws -> String {
        try #require(Files.text("\(Programs.repository)/runbooks/\(name).yaml"))
    }

    /// The text of one step of a shipped runbook, as it stands there.
    static func step(_ id: String, of runbook: String) throws -> String {
        let lines = try shipped(runbook).split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "  - id: \(id)"), "\(runbook) has no \(id)")
        let rest = lines[(start + 1)...].prefix { $0.hasPrefix("    ") }
        return ([lines[start]] + rest).joined(separator: "\n") + "\n"
    }

    /// Writes `text` as runbook `name`, over one of this name.
    func write(_ name: String, _ text: String) throws {
        try Files.write(text, to: "\(folder)/runbooks/\(name).yaml")
    }

    /// Writes a runbook of the cluster `local` with these steps.
    func add(
        _ name: String, parameters: String = "", prerequisites: String = "", steps: [String],
        recovered: String = "{ run: [\"true\"] }"
    ) throws {
        let before = prerequisites.isEmpty ? "" : "prerequisites:\n\(prerequisites)"
        try write(
            name,
            """
            recover: 1
            runbook: \(name)
            version: 1.0.0
            title: A test's \(name)
            parameters:
              cluster: { type: cluster }
            \(parameters.isEmpty ? "" : "  \(parameters)\n")\(before)steps:
            \(steps.joined())
            recovered:
              - id: end
                title: The end is reached
                within: 3s
                check: \(recovered)

            """)
    }

    /// A step that is over once a ConfigMap of this name is there.
    static func waiting(_ id: String) -> String {
        """
          - id: \(id)
            title: Wait until somebody says \(id)
            timeout: 10m
            goal:
              kubectl:
                at: cluster
                run: [get, configmap, \(id), -n, default, --ignore-not-found, -o, name]
              expect: { stdout: { equals: configmap/\(id) } }

        """
    }

    /// A step at work until there is a file `file`-go; then it makes `file`. What a test has
    /// to do in the middle of a step is not a matter of how fast the machine is.
    static func held(_ id: String, _ file: String) -> String {
        """
          - id: \(id)
            title: Make \(id) once it is let go
            timeout: 5m
            do: { run: [sh, -c, "until [ -e \(file)-go ]; do sleep 0.1; done; touch \(file)"] }
            goal: { run: [test, -e, \(file)], expect: { fails-on: [1] } }

        """
    }

    /// A step that makes `file` and asks whether it is there.
    static func touch(_ id: String, _ file: String, _ more: String = "") -> String {
        """
          - id: \(id)
            title: Make \(id)
            timeout: 10s
            do: { run: [touch, \(file)] }
            goal: { run: [test, -e, \(file)], expect: { fails-on: [1] } }
        \(more.isEmpty ? "" : "    \(more)\n")
        """
    }
}

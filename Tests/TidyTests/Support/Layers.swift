/// Who may import whom. A row names everything its module may import of this
/// project; the layers of `docs/ARCHITECTURE.md`, as data.
enum Layers {
    static let table: [String: Set<String>] = [
        // text, bytes and rows
        "JSON": [],
        "Patterns": [],
        "Digest": ["CCrypto"],
        "SQLite": ["CSQLite"],
        "YAML": ["CYAML", "JSON"],
        "Processes": ["CPosix"],
        // what should happen, what there is, what did happen
        "Runbooks": ["YAML", "JSON", "Patterns"],
        "Estates": ["YAML", "JSON"],
        "Journal": ["SQLite", "JSON", "Digest", "CPosix"],
        // what happens next
        "RecoveryEngine": [
            "Runbooks", "Estates", "Journal", "YAML", "JSON", "Digest", "Patterns",
        ],
        // the hands, and what Git says
        "Effects": [
            "RecoveryEngine", "Runbooks", "Estates", "Processes", "YAML", "JSON", "Digest",
            "CPosix",
        ],
        "DesiredState": ["RecoveryEngine", "Estates", "Processes", "YAML", "JSON", "Digest"],
        // the lab, which nothing above knows
        "LabCluster": [
            "JSON", "SQLite", "Digest", "YAML", "Processes", "CMicroHTTPD", "CCurl",
        ],
        "LabHosts": ["JSON", "YAML", "Digest", "Processes", "CPosix", "CNamespace"],
        "LabDoors": ["LabCluster", "LabHosts", "YAML", "JSON", "Digest", "Processes"],
        // programs
        "recover": [
            "Effects", "DesiredState", "RecoveryEngine", "Runbooks", "Estates", "Journal", "YAML",
            "JSON", "Digest", "SQLite", "Processes", "CPosix",
        ],
        "recover-reach": ["CGit2", "CCurl", "Processes", "JSON"],
        "recover-lab": [
            "LabCluster", "LabHosts", "LabDoors", "Estates", "YAML", "JSON", "Digest", "Processes",
            "CPosix",
        ],
        "bare-cluster": ["LabCluster", "JSON"],
        "flood": ["Effects", "RecoveryEngine", "Processes"],
        "mortal": ["Journal", "JSON"],
    ]

    /// The only modules that may see a C library.
    static let boundaries: [String: Set<String>] = [
        "CSQLite": ["SQLite"], "CYAML": ["YAML"], "CCrypto": ["Digest"], "CGit2": ["recover-reach"],
        "CMicroHTTPD": ["LabCluster"], "CNamespace": ["LabHosts"],
        "CCurl": ["recover-reach", "LabCluster"],
        "CPosix": ["Processes", "Journal", "Effects", "LabHosts", "recover", "recover-lab"],
    ]

    /// What the toolchain brings and any module may use. Foundation is not
    /// among it: it costs start-up time and tens of megabytes.
    static let system: Set = ["Glibc", "Dispatch", "Synchronization"]

    /// Folders where nothing waits, prints, reads a file or looks at a clock.
    static let pure = [
        "Sources/RecoveryEngine/Plan", "Sources/RecoveryEngine/Run", "Sources/Runbooks/Model",
        "Sources/Estates",
    ]

    /// What the pure folders may not import.
    static let impure: Set = [
        "Glibc", "Processes", "CPosix", "Dispatch", "Synchronization", "SQLite",
    ]
}

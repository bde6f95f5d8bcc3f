import Estates
import JSON
import RecoveryEngine
import Runbooks

/// The shipped runbook for a lost node, for the shipped estate.
enum NodeLoss {
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    static let library = RunbookLibrary(directory: root + "/runbooks")
    static let node = "oci-arm-free1"
    static let token = String(repeating: "ab", count: 32)

    static func estate() throws -> Estate {
        try Estate(reading: root + "/snapshots/oci-layer7/estate.yaml")
    }

    /// The estate with what it does not say invented, as in a lab.
    static func filledEstate() throws -> Estate {
        try estate().filled(from: [
            "clusters": [
                "local": [
                    "gitops": [
                        "engine": "fleet", "cluster": "homelab", "namespace": "fleet-default",
                        "repository": "oci-layer7", "source": "desired-state",
                    ]
                ],
                "homelab": ["api": "https://10.255.0.10:6443"],
            ]
        ]).estate
    }

    static func plan(
        _ estate: Estate? = nil, given: [String: String] = ["node": node, "token": token]
    ) throws -> Plan {
        try Planner(library: library, estate: estate ?? filledEstate())
            .plan(try library.runbook("node-loss"), Planner.Arguments(given: given))
    }
}

import Estates
import RecoveryEngine
import Runbooks

/// The shipped runbook for a lost node, for the shipped estate it is drilled on.
enum NodeLoss {
    static let root = Shipped.root
    static let library = Shipped.library
    static let node = "oci-arm-free1"
    static let token = Shipped.secret

    static func estate() throws -> Estate { try Shipped.estate("oci-layer7") }

    static func filledEstate() throws -> Estate { try Shipped.filledEstate("oci-layer7") }

    static func plan(
        _ estate: Estate? = nil, given: [String: String] = ["node": node, "token": token]
    ) throws -> Plan {
        try Planner(library: library, estate: estate ?? filledEstate())
            .plan(try library.runbook("node-loss"), Planner.Arguments(given: given))
    }
}

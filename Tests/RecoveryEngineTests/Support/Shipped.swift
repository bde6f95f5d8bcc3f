import Estates
import Glibc
import JSON
import RecoveryEngine
import Runbooks
import YAML

/// Every shipped runbook for every shipped estate.
enum Shipped {
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    static let library = RunbookLibrary(directory: root + "/runbooks")
    static let secret = String(repeating: "ab", count: 32)

    /// A runbook, an estate, and what came of them.
    struct Pair: Hashable, CustomStringConvertible {
        let runbook: String, estate: String
        var description: String { "\(runbook).\(estate)" }
    }

    static func pairs() throws -> [Pair] {
        try library.names().flatMap { runbook in
            try estates().map { Pair(runbook: runbook, estate: $0) }
        }
    }

    /// The folders with an `estate.yaml`.
    static func estates() throws -> [String] {
        names(in: root + "/snapshots").filter {
            access(root + "/snapshots/\($0)/estate.yaml", R_OK) == 0
        }
    }

    static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    static func estate(_ name: String) throws -> Estate {
        try Estate(reading: root + "/snapshots/\(name)/estate.yaml")
    }

    /// The estate with what it does not say invented, as in a lab.
    static func filledEstate(_ name: String) throws -> Estate {
        let path = root + "/snapshots/\(name)/lab.yaml"
        guard access(path, R_OK) == 0 else { return try estate(name) }
        let (lab, _) = try Document.read(path)
        return try estate(name).filled(from: lab.json["invented"] ?? [:]).estate
    }

    static func plan(_ pair: Pair) throws -> Plan {
        let estate = try filledEstate(pair.estate)
        let runbook = try library.runbook(pair.runbook)
        return try Planner(library: library, estate: estate)
            .plan(runbook, Planner.Arguments(given: arguments(runbook, estate)))
    }

    /// One of each kind: the estate's first cluster, its last worker, its first
    /// server, its first backup.
    private static func arguments(_ runbook: Runbook, _ estate: Estate) -> [String: String] {
        let cluster = estate.clusters.first?["name"]?.string ?? ""
        let nodes = estate.nodeNames(cluster: cluster)
        let workers = estate.nodeNames(cluster: cluster, role: "worker")
        var given: [String: String] = [:]
        for parameter in runbook.parameters {
            given[parameter.name] =
                switch parameter.type {
                case .cluster: cluster
                case .node:
                    parameter.within?.description == "cluster.workers" ? workers.last : nodes.first
                case .backup(let kind): backup(kind, estate)
                case .secret: secret
                case .choice(let words): words.first
                case .flag: "false"
                case .integer: "1"
                case .duration: "1m"
                case .text: "text"
                }
        }
        return given
    }

    private static func backup(_ kind: String?, _ estate: Estate) -> String {
        let backups = estate.facts["backups"]?.array ?? []
        let fitting = backups.first { kind == nil || $0["kind"]?.string == kind }
        return fitting?["name"]?.string ?? "none"
    }
}

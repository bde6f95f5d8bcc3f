import JSON
import LabCluster
import LabHosts
import Synchronization

/// Commands of k3s on a server that need what the server knows.
extension Servers {
    /// What `k3s …` prints on `host`; empty for what the lab does not know.
    func command(_ host: String, _ question: JSONValue) -> JSONValue {
        do {
            switch question["call"]?.string {
            case "k3s etcd-snapshot save": return try saveSnapshot(host, question)
            case "k3s etcd-snapshot ls", "k3s etcd-snapshot list":
                return try listSnapshots(host, question)
            case "k3s etcd-snapshot delete": return try deleteSnapshots(host, question)
            case "k3s token": return try K3sTokens(clusters: clusters, host: host).answer(question)
            case "k3s certificate check": return try checkCertificates(host, question)
            case "k3s certificate rotate": return try rotateCertificates(host)
            default: return [:]
            }
        } catch {
            return answer(1, error: K3sLine.text("fatal", "\(error)"))
        }
    }

    private func answer(_ code: Int, output: String = "", error: String = "") -> JSONValue {
        ["exit": .int(code), "output": .string(output), "error": .string(error)]
    }

    // MARK: snapshots

    /// The server's own etcd and the cluster it serves.
    private func snapshots(_ host: String) throws -> (EtcdSnapshot, Cluster) {
        let server = clusters.servers.withLock { $0[host] }
        guard let server, let name = clusters.declaration(host)?.cluster,
            let cluster = clusters.running(name)
        else {
            throw LabFailure(
                "Error: see server log for details: Post \"https://127.0.0.1:6443/db/snapshot\": "
                    + "dial tcp 127.0.0.1:6443: connect: connection refused")
        }
        guard server.boot.kind == .etcd else {
            throw LabFailure("unable to perform etcd snapshot on non-etcd system")
        }
        return (EtcdSnapshot(server.boot, etcdctl: try program("etcdctl")), cluster)
    }

    private func saveSnapshot(_ host: String, _ question: JSONValue) throws -> JSONValue {
        let (snapshots, cluster) = try snapshots(host)
        guard question["s3"]?.bool != true else {
            throw LabFailure("the lab has no object storage")
        }
        let name = question["name"]?.string ?? "on-demand"
        let file = try snapshots.take(
            name, directory: question["etcd-snapshot-dir"]?.string, in: cluster)
        return answer(0, error: K3sLine.text("info", "Snapshot \(file) saved."))
    }

    private func listSnapshots(_ host: String, _ question: JSONValue) throws -> JSONValue {
        let (snapshots, cluster) = try snapshots(host)
        let files = try snapshots.all(directory: question["etcd-snapshot-dir"]?.string, in: cluster)
        let rows = [("Name", "Location", "Size", "Created")] + files
        let width = (rows.map(\.0.count).max() ?? 0) + 1
        let place = (rows.map(\.1.count).max() ?? 0) + 1
        let lines = rows.map { name, location, size, created in
            name + String(repeating: " ", count: width - name.count) + location
                + String(repeating: " ", count: place - location.count) + size
                + String(repeating: " ", count: max(1, 9 - size.count)) + created + "\n"
        }
        return answer(0, output: lines.joined())
    }

    private func deleteSnapshots(_ host: String, _ question: JSONValue) throws -> JSONValue {
        let (snapshots, cluster) = try snapshots(host)
        let names = question["names"]?.array?.compactMap(\.string) ?? []
        guard !names.isEmpty else { throw LabFailure("Error: no snapshots given for removal") }
        var said = ""
        for name in names {
            try snapshots.delete(
                name, directory: question["etcd-snapshot-dir"]?.string, in: cluster)
            said += K3sLine.text("info", "Snapshot \(name) deleted.")
        }
        return answer(0, error: said)
    }

    // MARK: certificates

    private func checkCertificates(_ host: String, _ question: JSONValue) throws -> JSONValue {
        let report = try CertificateReport(of: clusters.serverFolder(host))
        let detected = K3sLine.text(
            "info", "Server detected, checking agent and server certificates")
        switch question["output"]?.string ?? "text" {
        case "table": return answer(0, output: report.table, error: detected)
        case "text":
            let lines = report.lines.map { K3sLine.text($0.level, $0.text) }
            return answer(0, error: detected + lines.joined())
        case let other: throw LabFailure("invalid output format \(other)")
        }
    }

    private func rotateCertificates(_ host: String) throws -> JSONValue {
        guard let declaration = clusters.declaration(host) else { return [:] }
        let boot = ServerBoot(
            clusters.serverFolder(host), clusters.serverSettings(declaration))
        let copy = try boot.rotateCertificates()
        return answer(
            0,
            error: K3sLine.text("info", "Server detected, rotating agent and server certificates")
                + K3sLine.text(
                    "info",
                    "Successfully backed up certificates to \(copy), please restart k3s server "
                        + "or agent to rotate certificates"))
    }
}

/// A line of k3s's log.
enum K3sLine {
    static func text(_ level: String, _ text: String) -> String {
        let escaped = text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"")
        return "level=\(level) msg=\"\(escaped)\"\n"
    }
}

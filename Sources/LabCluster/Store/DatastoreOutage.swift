import JSON

/// The datastore does not answer: what a server says then.
struct DatastoreOutage: Error, Hashable, Sendable {
    /// The datastore's own words.
    let words: String

    static let healthPaths: Set = ["/healthz", "/livez", "/readyz"]

    func answer(_ request: Request) -> Response {
        if Self.healthPaths.contains(request.path) { return health(request.path.dropFirst()) }
        guard request.isMutating else {
            let status = StatusError(
                code: 504, reason: "Timeout",
                message: "Timeout: request did not complete within the allotted duration",
                details: [:])
            return .error(status)
        }
        return .error(StatusError(code: 500, reason: "", message: words))
    }

    /// A failed check is spelled out without being asked for.
    private func health(_ name: Substring) -> Response {
        let checks = ["ping ok", "log ok", "etcd failed: reason withheld", "informer-sync ok"]
        let lines = checks.map { ($0.contains("failed") ? "[-]" : "[+]") + $0 + "\n" }
        return .text(lines.joined() + "\(name) check failed\n", status: 500)
    }
}

extension Store {
    /// What keeps the world from being told now; nil when nothing does.
    mutating func outage(now: Moment) -> DatastoreOutage? {
        do {
            try verify(now: now)
            return nil
        } catch { return DatastoreOutage(words: "\(error)") }
    }
}

import Synchronization

/// What `/livez` and `/readyz` say: whether the datastore answers.
final class ServerHealth: Sendable {
    private let state = Mutex<DatastoreOutage?>(nil)

    /// Set while the datastore does not answer.
    var outage: DatastoreOutage? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// The checks of a server, in its order; the first ones stand before the
    /// datastore's.
    private static let hooks = [
        "start-apiserver-admission-initializer", "generic-apiserver-start-informers",
        "priority-and-fairness-config-consumer", "priority-and-fairness-filter",
        "storage-object-count-tracker-hook", "start-apiextensions-informers",
        "start-apiextensions-controllers", "crd-informer-synced",
        "start-system-namespaces-controller", "start-cluster-authentication-info-controller",
        "start-kube-apiserver-identity-lease-controller",
        "start-kube-apiserver-identity-lease-garbage-collector",
        "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers",
        "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes",
        "priority-and-fairness-config-producer", "bootstrap-controller",
        "start-kube-aggregator-informers", "apiservice-status-local-available-controller",
        "apiservice-status-remote-available-controller", "apiservice-registration-controller",
        "apiservice-wait-for-first-sync", "apiservice-discovery-controller",
        "kube-apiserver-autoregistration",
    ]

    /// The answer of `/livez`, `/readyz` or `/healthz`.
    static func answer(_ request: Request, isDown: Bool) -> Response {
        let name = String(request.path.dropFirst())
        let isVerbose = request.query["verbose"] != nil
        guard isDown || isVerbose else { return .text("ok") }
        let isReady = name == "readyz"
        var lines = ["[+]ping ok", "[+]log ok"]
        for check in ["etcd"] + (isReady ? ["etcd-readiness"] : []) {
            lines.append(isDown ? "[-]\(check) failed: reason withheld" : "[+]\(check) ok")
        }
        if isReady { lines.append("[+]informer-sync ok") }
        lines += hooks.map { "[+]poststarthook/\($0) ok" }
        lines += [
            "[+]autoregister-completion ok", "[+]poststarthook/apiservice-openapi-controller ok",
            "[+]poststarthook/apiservice-openapiv3-controller ok",
        ]
        if isReady { lines.append("[+]shutdown ok") }
        lines.append("\(name) check \(isDown ? "failed" : "passed")")
        return .text(lines.map { $0 + "\n" }.joined(), status: isDown ? 500 : 200)
    }
}

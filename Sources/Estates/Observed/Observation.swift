public import JSON

/// What is asked of a cluster for a snapshot, and what is kept of each answer.
///
/// Everything is a `kubectl get`. Of a Secret nothing is kept but its name,
/// its type and a digest nobody can compare without the salt.
public struct Observation {
    /// One question.
    public struct Question: Hashable, Sendable {
        /// The section its answer belongs to.
        public let section: String
        /// Behind `kubectl`.
        public let arguments: [String]
    }

    private let digest: ([UInt8]) -> String
    private let salt: [UInt8]

    /// - Parameters:
    ///   - digest: SHA-256 in hex.
    ///   - salt: goes before every secret value that is digested.
    public init(salt: [UInt8], digest: @escaping ([UInt8]) -> String) {
        self.salt = salt
        self.digest = digest
    }

    /// What is asked of `cluster` of `estate`, in this order.
    public static func questions(_ estate: Estate, cluster: String) -> [Question] {
        let everywhere = [
            ("nodes", "nodes"), ("workloads", "deployments,daemonsets,statefulsets"),
            ("services", "services"), ("storage-classes", "storageclasses"),
            ("definitions", "customresourcedefinitions"), ("volumes", "persistentvolumes"),
            ("chart-configs", "helmchartconfigs.helm.cattle.io"),
            ("certificates", "certificates.cert-manager.io"), ("secrets", "secrets"),
        ]
        let engines = Set(
            estate.clusters.filter {
                $0.at("gitops", "cluster")?.string == cluster || $0["name"]?.string == cluster
            }.compactMap { $0.at("gitops", "engine")?.statedText })
        let gitops = engines.sorted().flatMap { Self.gitops[$0] ?? [] }
        return [Question(section: "server", arguments: ["get", "--raw", "/version"])]
            + (everywhere + gitops).map { section, kind in
                Question(
                    section: section,
                    arguments: ["get", kind, "--all-namespaces", "-o", "json"])
            }
    }

    private static let gitops: [String: [(String, String)]] = [
        "argocd": [("applications", "applications.argoproj.io")],
        "flux": [
            ("kustomizations", "kustomizations.kustomize.toolkit.fluxcd.io"),
            ("git-repositories", "gitrepositories.source.toolkit.fluxcd.io"),
            ("helm-releases", "helmreleases.helm.toolkit.fluxcd.io"),
        ],
        "fleet": [("fleet-repositories", "gitrepos.fleet.cattle.io")],
    ]

    /// What is kept of the answer to a question about `section`.
    public func items(_ section: String, _ answer: JSONValue) -> [String: JSONValue] {
        if section == "server" {
            return ["version": answer["gitVersion"] ?? Estate.unknown]
        }
        var items: [String: JSONValue] = [:]
        for object in answer["items"]?.array ?? [] {
            items[Self.name(object, withKind: section == "workloads")] = seen(section, object)
        }
        return items
    }

    private static func name(_ object: JSONValue, withKind: Bool) -> String {
        let name = object.at("metadata", "name")?.string ?? ""
        let place = object.at("metadata", "namespace")?.string.map { "\($0)/\(name)" } ?? name
        return withKind ? "\(object["kind"]?.string ?? "") \(place)" : place
    }

    private func seen(_ section: String, _ object: JSONValue) -> JSONValue {
        switch section {
        case "nodes": ObservedNode.seen(object)
        case "workloads": workload(object)
        case "services": Seen.service(object)
        case "storage-classes": Seen.storageClass(object)
        case "definitions": Seen.definition(object)
        case "volumes": Seen.volume(object)
        case "certificates": Seen.certificate(object)
        case "chart-configs": ["values-sha256": .string(text(object.at("spec", "valuesContent")))]
        case "secrets": secret(object)
        default: Seen.gitops(object)
        }
    }

    private func text(_ value: JSONValue?) -> String { digest(Array((value?.string ?? "").utf8)) }

    private func workload(_ object: JSONValue) -> JSONValue {
        let pod = object.at("spec", "template", "spec")
        let containers =
            (pod?["initContainers"]?.array ?? []) + (pod?["containers"]?.array ?? [])
        var seen: JSONValue = [
            "images": .array(containers.compactMap { $0["image"] }),
            "spec-sha256": .string(digest((object["spec"] ?? [:]).utf8)),
        ]
        seen["replicas"] = object.at("spec", "replicas")
        return seen
    }

    private func secret(_ object: JSONValue) -> JSONValue {
        let data = (object["data"] ?? [:]).utf8
        return [
            "type": object["type"] ?? Estate.unknown,
            "salted-sha256": .string(digest(salt + data)),
        ]
    }
}

public import JSON
internal import YAML

/// What `recover estate init` asks of a cluster, and what it keeps of the answer.
public struct DraftQuestion {
    /// The section its answer belongs to.
    public let section: String
    /// Behind `kubectl`.
    public let arguments: [String]
    /// What is kept of the answer.
    public let keep: (JSONValue) -> [String: JSONValue]

    /// What is asked first: no Secret, nothing of an engine nobody has named.
    public static func first(_ observation: Observation) -> [DraftQuestion] {
        observed(observation, engine: nil).filter { $0.section != "secrets" } + [
            DraftQuestion(section: "node-args", arguments: ["get", "nodes", "-o", "json"]) {
                named($0) { $0.at("metadata", "annotations", "k3s.io/node-args") }
            },
            DraftQuestion(
                section: "selectors",
                arguments: ["get", "deployments", "--all-namespaces", "-o", "json"]
            ) { named($0) { $0.at("spec", "selector", "matchLabels") } },
            DraftQuestion(
                section: "kubeadm",
                arguments: [
                    "get", "configmaps", "--namespace=kube-system",
                    "--field-selector=metadata.name=kubeadm-config", "-o", "json",
                ]
            ) { named($0) { configuration($0.at("data", "ClusterConfiguration")) } },
        ]
    }

    /// What is asked once the definitions have shown which GitOps engine there is.
    public static func second(_ observation: Observation, engine: String) -> [DraftQuestion] {
        let known = Set(observed(observation, engine: nil).map(\.section))
        let kinds = [
            "argocd": "applications.argoproj.io",
            "flux": "kustomizations.kustomize.toolkit.fluxcd.io",
        ]
        let owners = kinds[engine].map { kind in
            DraftQuestion(
                section: "owners", arguments: ["get", kind, "--all-namespaces", "-o", "json"]
            ) { named($0, owner) }
        }
        return observed(observation, engine: engine).filter { !known.contains($0.section) }
            + (owners.map { [$0] } ?? [])
    }

    private static func observed(_ observation: Observation, engine: String?) -> [DraftQuestion] {
        var cluster: JSONValue = ["name": "draft"]
        if let engine { cluster["gitops"] = ["engine": .string(engine)] }
        let estate = Estate(facts: ["clusters": [cluster]])
        return Observation.questions(estate, cluster: "draft").map { question in
            DraftQuestion(section: question.section, arguments: question.arguments) {
                observation.items(question.section, $0)
            }
        }
    }

    /// `NAMESPACE/NAME`, or the name, of each object that has what is looked for.
    private static func named(
        _ list: JSONValue, _ fact: (JSONValue) -> JSONValue?
    ) -> [String: JSONValue] {
        var items: [String: JSONValue] = [:]
        for object in list["items"]?.array ?? [] {
            let name = object.at("metadata", "name")?.string ?? ""
            let place = object.at("metadata", "namespace")?.string.map { "\($0)/\(name)" } ?? name
            items[place] = fact(object)
        }
        return items
    }

    /// Which other object of its kind brought it, and the source it reads.
    private static func owner(_ object: JSONValue) -> JSONValue {
        // GROUP/KIND and name stand behind the application's name.
        let tracked = object.at("metadata", "annotations", "argocd.argoproj.io/tracking-id")?.string
            .map { String($0.prefix { $0 != ":" }) }
        let label = object.at("metadata", "labels", "kustomize.toolkit.fluxcd.io/name")?.string
        return [
            "by": .string(tracked ?? label ?? ""),
            "source": object.at("spec", "sourceRef", "name") ?? Estate.unknown,
        ]
    }

    private static func configuration(_ text: JSONValue?) -> JSONValue? {
        text?.string.flatMap { try? YAMLParser.parse(Array($0.utf8)).json }
    }
}

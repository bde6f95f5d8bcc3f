import Digest
import JSON

/// The Job by which k3s's Helm controller installs or removes a chart.
enum HelmJob {
    static let chart = "helmcharts.helm.cattle.io/chart"
    static let hash = "helmcharts.helm.cattle.io/configHash"

    /// What decides about a release: the chart's values, those of the
    /// HelmChartConfig behind them, and the failure policy.
    struct Configuration: Hashable, Sendable {
        let values: [String]
        /// `reinstall`, unless somebody said `abort`.
        let failurePolicy: String
        let backOffLimit: Int
        let hash: String

        init(_ chart: JSONValue, in world: World) {
            let config = world.object(.helmChartConfigs, chart.namespace, chart.name)
            values = [chart, config].compactMap { $0?.at("spec", "valuesContent")?.string }
            failurePolicy =
                [config, chart].compactMap { $0?.at("spec", "failurePolicy")?.string }
                .first { !$0.isEmpty } ?? "reinstall"
            backOffLimit = chart.at("spec", "backOffLimit")?.int ?? 1000
            let text = ([chart.at("spec", "chart")?.string ?? "", failurePolicy] + values)
            hash = "SHA256=" + SHA256.hex(text.joined(separator: "\u{0}")).uppercased()
        }
    }

    /// `helm-install-traefik`, or `helm-delete-…` for a chart that goes.
    static func name(_ chart: JSONValue) -> String {
        "helm-\(chart.isTerminating ? "delete" : "install")-\(chart.name)"
    }

    static func job(_ chart: JSONValue, _ configuration: Configuration) -> JSONValue {
        let labels: JSONValue = .object([Self.chart: .string(chart.name)])
        func variable(_ name: String, _ value: String) -> JSONValue {
            ["name": .string(name), "value": .string(value)]
        }
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": [
                "name": .string(name(chart)), "namespace": .string(chart.namespace),
                "labels": labels, "ownerReferences": [Owner.reference(chart)], "generation": 1,
            ],
            "spec": [
                "backoffLimit": .int(configuration.backOffLimit), "completions": 1,
                "parallelism": 1,
                "template": [
                    "metadata": [
                        "labels": labels,
                        "annotations": .object([hash: .string(configuration.hash)]),
                    ],
                    "spec": [
                        "restartPolicy": "OnFailure",
                        "serviceAccountName": .string("helm-\(chart.name)"),
                        "tolerations": [
                            [
                                "key": "node-role.kubernetes.io/control-plane",
                                "operator": "Exists", "effect": "NoSchedule",
                            ]
                        ],
                        "containers": [
                            [
                                "name": "helm",
                                "image": "rancher/klipper-helm:v0.9.10-build20251111",
                                "imagePullPolicy": "IfNotPresent",
                                "args": [chart.isTerminating ? "delete" : "install"],
                                "env": [
                                    variable("NAME", chart.name),
                                    variable("CHART", chart.at("spec", "chart")?.string ?? ""),
                                    variable("FAILURE_POLICY", configuration.failurePolicy),
                                ],
                            ]
                        ],
                    ],
                ],
            ], "status": [:],
        ]
    }
}

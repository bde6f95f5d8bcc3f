import JSON
import YAML

/// What a chart k3s brings along installs, for its values.
struct HelmContent {
    /// Why Helm's operation fails; nil: it does not.
    let objection: String?
    /// Whether the API refuses what the chart makes. Only then has Helm begun a
    /// revision, which is left as failed; values it cannot read or that the
    /// chart's schema forbids stop it before it does anything.
    let isRejected: Bool
    let objects: [JSONValue]
    private let release: String
    private let namespace: String
    private let chart: String

    /// Nil for a chart the lab does not have.
    init?(_ chart: JSONValue, _ texts: [String]) {
        let file = (chart.at("spec", "chart")?.string ?? "").split(separator: "/").last ?? ""
        let isCRD = file.hasPrefix("traefik-crd-")
        guard isCRD || file.hasPrefix("traefik-") else { return nil }
        release = chart.name
        namespace = chart.at("spec", "targetNamespace")?.string ?? chart.namespace
        self.chart = String(file.prefix { $0 != "+" })
        var values: JSONValue = [:]
        var objection: String?
        for text in texts {
            do {
                let more = try YAMLParser.parse(Array(text.utf8)).json
                guard more.object != nil || more == .null else {
                    objection = "Error: failed to parse values: not a mapping"
                    continue
                }
                if more != .null { values = MergePatch.apply(more, to: values) }
            } catch {
                objection = "Error: failed to parse /config/values.yaml: \(error)"
            }
        }
        objection = objection ?? (isCRD ? nil : TraefikChart.objection(values))
        let rejection = objection == nil && !isCRD ? TraefikChart.rejection(values) : nil
        self.objection = objection ?? rejection
        isRejected = rejection != nil
        objects =
            self.objection != nil
            ? [] : isCRD ? TraefikChart.definitions : TraefikChart(values, namespace).objects
    }

    /// With the marks Helm leaves on what it made.
    func owned(_ object: JSONValue) -> JSONValue {
        var object = object
        object.set(
            "metadata", "annotations", "meta.helm.sh/release-name", to: .string(release))
        object.set(
            "metadata", "annotations", "meta.helm.sh/release-namespace", to: .string(namespace))
        object.set("metadata", "labels", "app.kubernetes.io/managed-by", to: "Helm")
        object.set("metadata", "labels", "helm.sh/chart", to: .string(chart))
        return object
    }
}

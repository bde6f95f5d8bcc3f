import JSON

/// What makes the pod of a Helm Job end badly: Helm's own words.
struct HelmObstacle: PodObstacle {
    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        guard let name = pod.labels[HelmJob.chart]?.string,
            let chart = world.object(.helmCharts, pod.namespace, name), !chart.isTerminating,
            let error = objection(chart, in: world)
        else { return nil }
        return PodHold(reason: "CrashLoopBackOff", message: error, exitCode: 1)
    }

    private func objection(_ chart: JSONValue, in world: World) -> String? {
        if HelmRelease(chart.name, namespace: chart.namespace, in: world).isPending {
            return "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in "
                + "progress"
        }
        let configuration = HelmJob.Configuration(chart, in: world)
        guard let content = HelmContent(chart, configuration.values) else {
            return "Error: the lab does not simulate this chart: "
                + (chart.at("spec", "chart")?.string ?? "none")
        }
        return content.objection
    }
}

import JSON

/// k3s's Helm controller and what its Jobs do: a HelmChart becomes a Job; what
/// the Job's pod would have done happens when that pod has run.
///
/// A changed hash of the values replaces the Job. A failure with the policy
/// `reinstall` uninstalls the release, its definitions included; `abort` keeps
/// it. An interrupted operation (`pending-…`) blocks every further one.
struct HelmController: Controller {
    static let finalizer = "wrangler.cattle.io/on-helm-chart-remove"

    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.helmCharts).filter { $0.namespace == "kube-system" }
            .flatMap { reconcile($0, world, now) }
    }

    private func reconcile(_ chart: JSONValue, _ world: World, _ now: Moment) -> [Write] {
        let configuration = HelmJob.Configuration(chart, in: world)
        let name = HelmJob.name(chart)
        let release = HelmRelease(chart.name, namespace: chart.namespace, in: world)
        guard let job = world.object(.jobs, chart.namespace, name) else {
            return begun(chart, configuration, world, now)
        }
        let known = job.at("spec", "template", "metadata", "annotations", HelmJob.hash)?.string
        if known != configuration.hash, !job.isTerminating {
            return ended(job, world, now)
        }
        if (job.at("status", "succeeded")?.int ?? 0) > 0 {
            return chart.isTerminating
                ? gone(chart, release, world, now)
                : installed(chart, configuration, release, world, now)
        }
        return hasFailed(job, world) && !chart.isTerminating
            ? failed(chart, configuration, release, world, now) : []
    }

    /// A chart nobody has worked on yet, or whose Job somebody deleted.
    private func begun(
        _ chart: JSONValue, _ configuration: HelmJob.Configuration, _ world: World, _ now: Moment
    ) -> [Write] {
        var marked = chart
        let job = HelmJob.job(chart, configuration)
        marked.set("status", "jobName", to: .string(job.name))
        if chart.isTerminating, !chart.finalizers.contains(.string(Self.finalizer)) { return [] }
        if !chart.isTerminating {
            marked.set("metadata", "finalizers", to: [.string(Self.finalizer)])
            marked.setCondition(
                "JobCreated", "True", reason: "Job created",
                message: "Applying HelmChart using Job kube-system/\(job.name)", now: now)
            marked.setCondition("Failed", "False", now: now)
        }
        let values: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": [
                "name": .string("chart-values-\(chart.name)"),
                "namespace": .string(chart.namespace),
                "ownerReferences": [Owner.reference(chart)],
            ],
            "data": .object(
                Dictionary(
                    uniqueKeysWithValues: configuration.values.enumerated().map { index, text in
                        (
                            "values-\(index == 0 ? "01_HelmChart" : "10_HelmChartConfig").yaml",
                            JSONValue.string(Base64.encode(Array(text.utf8)))
                        )
                    })),
        ]
        return [.put(marked), Applied.write(values, in: world), .put(job)]
    }

    private func ended(_ job: JSONValue, _ world: World, _ now: Moment) -> [Write] {
        let pods = world.all(.pods).filter { $0.controllerUID == job.uid }
        return (pods + [job]).flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
    }

    private func installed(
        _ chart: JSONValue, _ configuration: HelmJob.Configuration, _ release: HelmRelease,
        _ world: World, _ now: Moment
    ) -> [Write] {
        guard release.hash != configuration.hash || release.status != "deployed" else { return [] }
        guard let content = HelmContent(chart, configuration.values) else {
            return []
        }
        let wanted = content.objects.map { content.owned($0) }
        return wanted.map { Applied.write($0, in: world) }
            + release.next("deployed", hash: configuration.hash, now: now)
    }

    private func failed(
        _ chart: JSONValue, _ configuration: HelmJob.Configuration, _ release: HelmRelease,
        _ world: World, _ now: Moment
    ) -> [Write] {
        // A held lock and bad values stop Helm before it does anything.
        guard !release.isPending, HelmContent(chart, configuration.values)?.isRejected == true
        else { return [] }
        if configuration.failurePolicy == "abort" {
            return release.hash == configuration.hash
                ? [] : release.next("failed", hash: configuration.hash, now: now)
        }
        return release.isInstalled ? release.uninstalled(in: world, now: now) : []
    }

    private func gone(
        _ chart: JSONValue, _ release: HelmRelease, _ world: World, _ now: Moment
    ) -> [Write] {
        let jobs = world.all(.jobs).filter {
            $0.namespace == chart.namespace && $0.labels[HelmJob.chart]?.string == chart.name
        }
        return release.uninstalled(in: world, now: now)
            + jobs.flatMap { ended($0, world, now) } + (chart.key.map { [.remove($0)] } ?? [])
    }

    /// Whether a pod of the Job has run and ended badly.
    private func hasFailed(_ job: JSONValue, _ world: World) -> Bool {
        if (job.at("status", "failed")?.int ?? 0) > 0 { return true }
        return world.all(.pods).contains { pod in
            pod.controllerUID == job.uid
                && (pod.at("status", "containerStatuses")?.array ?? []).contains { status in
                    status.at("state", "waiting", "reason") == "CrashLoopBackOff"
                        || status.at("lastState", "terminated") != nil
                        || (status.at("state", "terminated", "exitCode")?.int ?? 0) != 0
                }
        }
    }
}

import JSON

/// Tells in each ResourceQuota what is used of it.
struct QuotaStatus: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.resourceQuotas).filter(QuotaLedger.isSimulated).map { quota in
            let used = QuotaLedger.usage(in: quota.namespace, of: world)
            let hard = quota.at("spec", "hard")?.object ?? [:]
            var quota = quota
            quota.set("status", "hard", to: .object(hard))
            quota.set(
                "status", "used",
                to: .object(
                    Dictionary(
                        uniqueKeysWithValues: hard.keys.map {
                            ($0, .string((used[$0] ?? .zero).text))
                        })))
            return .put(quota)
        }
    }
}

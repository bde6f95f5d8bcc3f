import JSON

/// Keeps the pods of a StatefulSet: stable names, one after the other, each
/// with its own claims. A name is used again only when the pod that had it is
/// gone; so a pod on a lost node blocks its successor until it is removed.
struct StatefulSetController: Controller {
    let admission: Admission

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let sets = world.all(.statefulSets).filter { !$0.isTerminating }
        guard !sets.isEmpty else { return [] }
        var maker = PodMaker(world, admission, now: now)
        let pods = world.podsByOwner
        return sets.flatMap { set -> [Write] in
            let revision = Revision(set, in: world)
            let own = pods[set.uid] ?? []
            return revision.writes + step(set, own, revision, world, &maker, now)
                + [.put(StatefulSetStatus(set, own, revision).object)]
        }
    }

    private func step(
        _ set: JSONValue, _ pods: [JSONValue], _ revision: Revision, _ world: World,
        _ maker: inout PodMaker, _ now: Moment
    ) -> [Write] {
        let first = set.at("spec", "ordinals", "start")?.int ?? 0
        let wanted = set.at("spec", "replicas")?.int ?? 1
        let byName = Dictionary(pods.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let isOrdered = set.at("spec", "podManagementPolicy")?.string != "Parallel"
        var writes: [Write] = []
        for ordinal in first..<first + wanted {
            let pod = byName["\(set.name)-\(ordinal)"]
            if let pod, !pod.isUnfinished {
                writes += Deletion.writes(of: pod, grace: 0, now: now)
            } else if pod == nil {
                writes += made(ordinal, set, revision, world, &maker)
            }
            if isOrdered, pod?.isReady != true || pod?.isTerminating == true { return writes }
        }
        let surplus = pods.filter { pod in
            !(first..<first + wanted).contains(Self.ordinal(pod))
        }.sorted { Self.ordinal($0) > Self.ordinal($1) }
        if !surplus.isEmpty {
            let going = isOrdered ? Array(surplus.prefix(1)) : surplus
            return writes + going.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
        }
        return writes + updated(set, pods, revision, now)
    }

    /// The pod with the highest number that has a former template goes, once
    /// every one above it is new and ready.
    private func updated(
        _ set: JSONValue, _ pods: [JSONValue], _ revision: Revision, _ now: Moment
    ) -> [Write] {
        guard set.at("spec", "updateStrategy", "type")?.string != "OnDelete" else { return [] }
        let partition =
            set.at("spec", "updateStrategy", "rollingUpdate", "partition")?.int ?? 0
        for pod in pods.sorted(by: { Self.ordinal($0) > Self.ordinal($1) })
        where Self.ordinal(pod) >= partition {
            if pod.isTerminating { return [] }
            if pod.labels[Revision.label]?.string != revision.name {
                return Deletion.writes(of: pod, grace: nil, now: now)
            }
            if !pod.isReady { return [] }
        }
        return []
    }

    private func made(
        _ ordinal: Int, _ set: JSONValue, _ revision: Revision, _ world: World,
        _ maker: inout PodMaker
    ) -> [Write] {
        let partition =
            set.at("spec", "updateStrategy", "rollingUpdate", "partition")?.int ?? 0
        let former = set.at("status", "currentRevision")?.string ?? ""
        let isFormer = ordinal < partition && revision.template(former) != nil
        let name = "\(set.name)-\(ordinal)"
        var pod = PodMaker.draft(
            of: set, name: name, template: isFormer ? revision.template(former) : nil)
        for (label, value) in [
            ("statefulset.kubernetes.io/pod-name", name),
            ("apps.kubernetes.io/pod-index", "\(ordinal)"),
            (Revision.label, isFormer ? former : revision.name),
        ] { pod.set("metadata", "labels", label, to: .string(value)) }
        pod.set("spec", "hostname", to: .string(name))
        pod.set("spec", "subdomain", to: set.at("spec", "serviceName"))
        var writes: [Write] = []
        var volumes = pod.at("spec", "volumes")?.array ?? []
        for template in set.at("spec", "volumeClaimTemplates")?.array ?? [] {
            let claim = "\(template.name)-\(name)"
            volumes.removeAll { $0["name"]?.string == template.name }
            volumes.append([
                "name": .string(template.name),
                "persistentVolumeClaim": ["claimName": .string(claim)],
            ])
            guard world.object(.persistentVolumeClaims, set.namespace, claim) == nil else {
                continue
            }
            let draft = self.claim(claim, of: set, template)
            let result = maker.write(draft, for: set, "statefulset-controller", in: world)
            writes.append(result.write)
            if !result.isMade { return writes }
        }
        if !volumes.isEmpty { pod.set("spec", "volumes", to: .array(volumes)) }
        return writes + [maker.write(pod, for: set, "statefulset-controller", in: world).write]
    }

    /// A claim outlives its pod and its set: it has no owner.
    private func claim(_ name: String, of set: JSONValue, _ template: JSONValue) -> JSONValue {
        var claim = template
        claim["apiVersion"] = "v1"
        claim["kind"] = "PersistentVolumeClaim"
        claim["status"] = nil
        claim.set("metadata", "name", to: .string(name))
        claim.set("metadata", "namespace", to: .string(set.namespace))
        for (key, value) in set.at("spec", "selector", "matchLabels")?.object ?? [:] {
            claim.set("metadata", "labels", key, to: value)
        }
        return claim
    }

    static func ordinal(_ pod: JSONValue) -> Int {
        Int(pod.name.split(separator: "-").last ?? "") ?? -1
    }
}

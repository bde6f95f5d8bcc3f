import JSON

/// Binds claims to volumes that exist, and keeps the phases of both. Who makes
/// volumes and what becomes of released ones is the provisioners' business.
struct Volumes: Controller {
    static let selectedNode = "volume.kubernetes.io/selected-node"

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let pods = world.all(.pods)
        // Each volume goes to one claim of this round.
        var taken: Set<String> = []
        let claims = world.all(.persistentVolumeClaims).flatMap { claim -> [Write] in
            if claim.isTerminating { return ended(claim, pods) }
            if claim.phase == "Bound" || claim.phase == "Lost" { return checked(claim, world) }
            guard let volume = match(claim, world, pods, except: taken) else { return [] }
            taken.insert(volume.name)
            return Self.bound(claim, volume)
        }
        return claims + world.all(.persistentVolumes).flatMap { settled($0, world) }
    }

    /// A bound claim whose volume is gone has lost it for good.
    private func checked(_ claim: JSONValue, _ world: World) -> [Write] {
        let name = claim.at("spec", "volumeName")?.string ?? ""
        let isThere = world.object(.persistentVolumes, nil, name) != nil
        guard isThere == (claim.phase == "Lost") else { return [] }
        var claim = claim
        claim.set("status", "phase", to: isThere ? "Bound" : "Lost")
        return [.put(claim)]
    }

    /// Claim and volume, each naming the other.
    static func bound(_ claim: JSONValue, _ volume: JSONValue) -> [Write] {
        var volume = volume
        volume.set(
            "spec", "claimRef",
            to: [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": .string(claim.name),
                "namespace": .string(claim.namespace), "uid": .string(claim.uid),
            ])
        volume.set("status", "phase", to: "Bound")
        var claim = claim
        claim.set("spec", "volumeName", to: .string(volume.name))
        claim.set("metadata", "annotations", "pv.kubernetes.io/bind-completed", to: "yes")
        claim.set("status", "phase", to: "Bound")
        claim.set("status", "capacity", to: volume.at("spec", "capacity"))
        claim.set("status", "accessModes", to: volume.at("spec", "accessModes"))
        return [.put(volume), .put(claim)]
    }

    /// The volume that waits for this claim, that the claim names, or that
    /// suits it.
    private func match(
        _ claim: JSONValue, _ world: World, _ pods: [JSONValue], except taken: Set<String>
    ) -> JSONValue? {
        if let reserved = reserved(for: claim, world) { return reserved }
        guard claim.at("spec", "volumeName") == nil else { return nil }
        let type = ClaimClass(claim, in: world)
        let free = type.candidates.filter { !taken.contains($0.name) }
        if type.isImmediate { return free.first }
        let user = pods.first { pod in
            pod.namespace == claim.namespace && pod.nodeName != nil && pod.isActivePod
                && Fit.claimNames(of: pod).contains(claim.name)
        }
        guard let node = user?.nodeName.flatMap({ world.object(.nodes, nil, $0) }) else {
            return nil
        }
        return free.first { Fit.matches($0.at("spec", "nodeAffinity", "required"), node) }
    }

    private func reserved(for claim: JSONValue, _ world: World) -> JSONValue? {
        let wanted = claim.at("spec", "volumeName")?.string
        let type = ClaimClass(claim, in: world).name
        return world.all(.persistentVolumes).first { volume in
            let reference = volume.at("spec", "claimRef")
            let isReserved =
                reference?["namespace"]?.string == claim.namespace
                && reference?["name"]?.string == claim.name
            return !volume.isTerminating
                && (isReserved || (reference == nil && volume.name == wanted))
                && (wanted == nil || wanted == volume.name)
                && (volume.at("spec", "storageClassName")?.string ?? "") == type
                // A volume that belonged to a former claim of this name is not taken over.
                && (reference?["uid"] == nil || reference?["uid"]?.string == claim.uid)
        }
    }

    /// A terminating claim goes when no pod uses it.
    private func ended(_ claim: JSONValue, _ pods: [JSONValue]) -> [Write] {
        let isUsed = pods.contains {
            $0.namespace == claim.namespace && $0.isUnfinished
                && Fit.claimNames(of: $0).contains(claim.name)
        }
        let others = claim.finalizers.filter { $0 != "kubernetes.io/pvc-protection" }
        return isUsed || !others.isEmpty ? [] : claim.key.map { [.remove($0)] } ?? []
    }

    private func settled(_ volume: JSONValue, _ world: World) -> [Write] {
        guard let key = volume.key else { return [] }
        let reference = volume.at("spec", "claimRef")
        let claim = reference.flatMap { reference in
            world.object(
                .persistentVolumeClaims, reference["namespace"]?.string,
                reference["name"]?.string ?? "")
        }
        let uid = reference?["uid"]?.string
        if claim != nil, uid == nil || uid == claim?.uid { return [] }
        if volume.isTerminating {
            let others = volume.finalizers.filter { $0 != "kubernetes.io/pv-protection" }
            return others.isEmpty ? [.remove(key)] : []
        }
        // Reserved for a claim that was never seen, or given free by hand.
        let isKept = volume.at("spec", "persistentVolumeReclaimPolicy")?.string != "Delete"
        let isOwned = volume.annotations["pv.kubernetes.io/provisioned-by"] != nil
        var settled = volume
        // Nobody deletes a volume nobody made.
        let phase = uid == nil ? "Available" : isKept || isOwned ? "Released" : "Failed"
        settled.set("status", "phase", to: .string(phase))
        return [.put(settled)]
    }
}

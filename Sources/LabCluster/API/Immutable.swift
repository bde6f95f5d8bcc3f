import JSON

/// Fields that stay as they were made.
enum Immutable {
    static func check(
        _ new: JSONValue, _ old: JSONValue, _ type: ResourceType
    ) throws(StatusError) {
        switch type.key {
        case .statefulSets: try checkStatefulSet(new, old, type)
        case .jobs:
            guard new.at("spec", "template") == old.at("spec", "template"),
                new.at("spec", "completions") == old.at("spec", "completions")
                    || new.at("spec", "completionMode") == "Indexed"
            else {
                throw .invalid(
                    type, new.name, field: "spec.template", "Invalid value: field is immutable")
            }
        case .persistentVolumes:
            guard let affinity = old.at("spec", "nodeAffinity"),
                new.at("spec", "nodeAffinity") != affinity
            else { return }
            throw .invalid(
                type, new.name, field: "spec.nodeAffinity",
                "Invalid value: field is immutable, except for updating from beta label to GA")
        case .persistentVolumeClaims: try checkClaim(new, old, type)
        case .services:
            guard let address = old.at("spec", "clusterIP")?.string, !address.isEmpty,
                let wanted = new.at("spec", "clusterIP")?.string, wanted != address
            else { return }
            throw .invalid(
                type, new.name, field: "spec.clusterIPs[0]",
                "Invalid value: [\"\(wanted)\"]: may not change once set")
        default: break
        }
    }

    private static func checkStatefulSet(
        _ new: JSONValue, _ old: JSONValue, _ type: ResourceType
    ) throws(StatusError) {
        let mutable = [
            "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
        ]
        func fixed(_ object: JSONValue) -> [String: JSONValue] {
            (object["spec"]?.object ?? [:]).filter { !mutable.contains($0.key) }
        }
        guard fixed(new) != fixed(old) else { return }
        let list = mutable.dropLast().map { "'\($0)'" }.joined(separator: ", ")
        throw .invalid(
            type, new.name, field: "spec",
            """
            Forbidden: updates to statefulset spec for fields other than \(list) and \
            'minReadySeconds' are forbidden
            """)
    }

    private static func checkClaim(
        _ new: JSONValue, _ old: JSONValue, _ type: ResourceType
    ) throws(StatusError) {
        func fixed(_ object: JSONValue) -> JSONValue {
            var spec = object["spec"] ?? [:]
            spec.set("resources", "requests", to: nil)
            // A claim without a volume may still be given one.
            if old.at("spec", "volumeName") == nil { spec["volumeName"] = nil }
            return spec
        }
        guard fixed(new) != fixed(old) else { return }
        throw .invalid(
            type, new.name, field: "spec",
            """
            Forbidden: spec is immutable after creation except resources.requests and \
            volumeAttributesClassName for bound claims
            """)
    }
}

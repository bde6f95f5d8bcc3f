import JSON

/// Labels, annotations and components of Flux.
enum FluxNames {
    static let requested = "reconcile.fluxcd.io/requestedAt"
    static let finalizer: JSONValue = "finalizers.fluxcd.io"
    static let group = "kustomize.toolkit.fluxcd.io"
    /// Labels of what a Kustomization brought.
    static let ownerName = "\(group)/name", ownerNamespace = "\(group)/namespace"

    static let source = Component(name: "source-controller")
    static let kustomize = Component(name: "kustomize-controller")
    static let helm = Component(name: "helm-controller")
    static let notification = Component(name: "notification-controller")
}

extension JSONValue {
    var isSuspended: Bool { at("spec", "suspend")?.bool == true }

    /// Whether a label or an annotation of Flux's Kustomizations says so.
    func says(_ name: String, _ value: String) -> Bool {
        let key = "\(FluxNames.group)/\(name)"
        return [labels[key], annotations[key]].contains {
            $0?.string?.lowercased() == value.lowercased()
        }
    }

    /// Notes in the status that the request to reconcile was heard.
    mutating func noteRequest() {
        if let request = annotations[FluxNames.requested] {
            set("status", "lastHandledReconcileAt", to: request)
        }
    }

    /// Sets condition Ready, for the generation it is about.
    mutating func setReady(
        _ status: String, _ reason: String, _ message: String, now: Moment
    ) {
        setFluxCondition("Ready", status, reason, message, now: now)
    }

    mutating func setFluxCondition(
        _ type: String, _ status: String, _ reason: String, _ message: String, now: Moment
    ) {
        setCondition(type, status, reason: reason, message: message, now: now)
        var conditions = at("status", "conditions")?.array ?? []
        for index in conditions.indices where conditions[index]["type"]?.string == type {
            conditions[index]["observedGeneration"] = at("metadata", "generation")
        }
        set("status", "conditions", to: .array(conditions))
    }
}

import JSON

/// Labels, annotations and components of Argo CD.
enum ArgoNames {
    static let refresh = "argocd.argoproj.io/refresh"
    static let skip = "argocd.argoproj.io/skip-reconcile"
    static let tracking = "argocd.argoproj.io/tracking-id"
    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
    static let wave = "argocd.argoproj.io/sync-wave"
    static let hooks = ["argocd.argoproj.io/hook", "helm.sh/hook"]
    static let options = "argocd.argoproj.io/sync-options"
    static let compare = "argocd.argoproj.io/compare-options"
    static let finalizer = "resources-finalizer.argocd.argoproj.io"

    static let controller = Component(name: "argocd-application-controller")
    static let server = Component(name: "argocd-repo-server")
    static let cache = Component(name: "argocd-redis")
    static let generator = Component(name: "argocd-applicationset-controller")

    /// The mark of what an application brought: `app:group/kind:namespace/name`.
    static func mark(_ manifest: JSONValue, of application: String) -> String {
        let group = manifest["apiVersion"]?.string?.split(separator: "/").dropLast().first ?? ""
        return "\(application):\(group)/\(manifest.kind):\(manifest.namespace)/\(manifest.name)"
    }
}

extension JSONValue {
    /// Whether the comma list in `annotation` names `option`.
    func hasOption(_ option: String, in annotation: String) -> Bool {
        (annotations[annotation]?.string ?? "").split(separator: ",").contains {
            $0.filter { $0 != " " } == option
        }
    }
}

internal import DesiredState
internal import Estates
internal import JSON
internal import RecoveryEngine

/// The branch GitOps follows in the cluster, beside the one the binding fetches:
/// a commit of another branch is nothing to hand back to.
struct FollowedBranch {
    let view: DesiredStateView
    let commit: String

    /// The kind that says it, where it is not among what was read anyway.
    static let kinds = [
        "flux": "GitRepository.source.toolkit.fluxcd.io", "fleet": "GitRepo.fleet.cattle.io",
    ]

    /// What compares; nil where a tag is pinned and nobody says what is followed.
    private var compared: String? {
        if case .branch(let branch) = view.source.reference { return branch }
        let branch = view.cluster?.at("gitops", "branch")?.string ?? "unknown"
        return branch == "unknown" ? nil : branch
    }

    /// Refuses where what is in the cluster follows something else by name.
    func check(_ objects: [JSONValue]) throws(Refusal) {
        let gitops = view.cluster?["gitops"]
        let (kind, name) = switch view.engine {
        case "argocd": ("Application", gitops?["root"]?.string)
        case "flux": ("GitRepository", gitops?["repository"]?.string)
        default: ("GitRepo", gitops?["repository"]?.string)
        }
        let object = objects.first { object in
            object["kind"]?.string == kind && object.at("metadata", "name")?.string == name
                && object.at("metadata", "namespace") == gitops?["namespace"]
        }
        let spec = object?["spec"]
        let followed = switch kind {
        case "Application": spec?.at("source", "targetRevision")
        case "GitRepository": spec?.at("ref", "branch")
        default: spec?["branch"]
        }
        // HEAD is whichever branch the host calls its own.
        guard let compared, let followed = followed?.string?.replacing("refs/heads/", with: ""),
            !["", "HEAD", compared, commit].contains(followed)
        else { return }
        throw Refusal(
            .notReady,
            "\(kind) \(name ?? "") follows '\(followed)' in the cluster, and source \(view.name) is "
                + "'\(compared)': a commit of another branch would be deployed there. Correct "
                + "sources.\(view.name) of the binding, or what it follows")
    }
}

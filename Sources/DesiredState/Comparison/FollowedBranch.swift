public import JSON

/// What GitOps follows in the cluster, beside what the binding fetches: a commit
/// of another branch is nothing to hand back to. Pure.
public struct FollowedBranch: Hashable, Sendable {
    /// The object that says it: `Application root`.
    public let subject: String
    /// The branch, tag or commit it names; empty where it names none.
    public let name: String

    /// The kind that says it, where it is not one of what an engine brought.
    public static let kinds = [
        "flux": "GitRepository.source.toolkit.fluxcd.io", "fleet": "GitRepo.fleet.cattle.io",
    ]

    /// - Parameters:
    ///   - gitops: an estate's `gitops` of a cluster.
    ///   - objects: what was read of the cluster the engine is in.
    /// - Returns: nil where the object is not among them.
    public init?(_ gitops: JSONValue, in objects: [JSONValue]) {
        let (kind, key, place): (String, String, [String]) =
            switch gitops["engine"]?.string {
            case "argocd": ("Application", "root", ["source", "targetRevision"])
            case "flux": ("GitRepository", "repository", ["ref", "branch"])
            default: ("GitRepo", "repository", ["branch"])
            }
        let name = gitops[key]?.string ?? ""
        let object = objects.first { object in
            object["kind"]?.string == kind && object.at("metadata", "name")?.string == name
                && object.at("metadata", "namespace") == gitops["namespace"]
        }
        guard let object else { return nil }
        subject = "\(kind) \(name)"
        let followed = place.reduce(object["spec"]) { $0?[$1] }
        self.name = (followed?.string ?? "").replacing("refs/heads/", with: "")
    }

    /// Whether it may be one of what is compared. `HEAD` is whichever branch the host
    /// calls its own, and a pin is no branch.
    public func mayBe(_ names: String...) -> Bool {
        ["", "HEAD"].contains(name) || names.contains(name) || CommitName.isWhole(name)
    }
}

internal import JSON
internal import LabHosts

/// What the name server of a new lab says: the public registries, and `names:`
/// of `lab.yaml`.
struct OutsideNames {
    /// Registries images are usually named by, beside those `lab.yaml` adds.
    private static let registries = [
        "registry.invalid", "docker.io", "registry-1.docker.io", "ghcr.io", "quay.io", "gcr.io",
        "registry.k8s.io", "public.ecr.aws", "mcr.microsoft.com", "xpkg.upbound.io",
    ]

    private let lab: JSONValue

    init(_ lab: JSONValue) { self.lab = lab }

    var text: String {
        let more = (lab.at("images", "registries")?.array ?? []).compactMap(\.string)
        let own = (lab["names"]?.object ?? [:]).sorted { $0.key < $1.key }
            .compactMap { name, address in address.string.map { "\($0) \(name)\n" } }
        return (Self.registries + more).map { "\(OutsideAddresses.registries) \($0)\n" }.joined()
            + "\(OutsideAddresses.gitHost) git.invalid\n" + own.joined()
    }
}

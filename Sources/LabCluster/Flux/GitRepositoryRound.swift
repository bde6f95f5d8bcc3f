import JSON

/// The source controller: a GitRepository's artifact is the commit it stands at.
struct GitRepositoryRound: Sendable {
    let git: GitReadings
    let world: World
    let now: Moment

    /// The commit takes precedence over every other reference.
    static func request(_ repository: JSONValue) -> GitReadings.Request {
        let reference = repository.at("spec", "ref")
        let names = ["commit", "name", "semver", "tag", "branch"]
        let chosen = names.lazy.compactMap { reference?[$0]?.string }.first { !$0.isEmpty }
        return GitReadings.Request(
            repository: repository.at("spec", "url")?.string ?? "",
            revision: chosen.map { String($0.drop(prefix: "refs/heads/")) } ?? "master")
    }

    /// `main@sha1:…`: the branch stands before it where there is one.
    private static func revision(_ repository: JSONValue, _ commit: String) -> String {
        let reference = repository.at("spec", "ref")
        let known = ["branch", "tag", "name"].lazy.compactMap { reference?[$0]?.string }.first
        let name = known ?? (reference?["commit"] == nil ? "master" : "")
        return name.isEmpty ? "sha1:\(commit)" : "\(name)@sha1:\(commit)"
    }

    /// The commit in an artifact's revision.
    static func commit(in revision: String) -> String {
        revision.split(separator: ":").last.map(String.init) ?? ""
    }

    /// The repository behind this pass; nil while Git was not read for it.
    func reconcile(_ repository: JSONValue) -> JSONValue? {
        var new = repository
        new.noteRequest()
        // A request is heard also in suspension, but the change of the
        // specification is not seen.
        guard !repository.isSuspended else { return new }
        if let obstacle = obstacle(repository) {
            new.set("status", "observedGeneration", to: repository.at("metadata", "generation"))
            new.setReady("False", "NotSimulated", obstacle, now: now)
            return new
        }
        if let words = missingSecret(repository) {
            new.setReady("False", "AuthenticationFailed", words, now: now)
            new.setFluxCondition("FetchFailed", "True", "AuthenticationFailed", words, now: now)
            return new
        }
        let request = Self.request(repository)
        guard let read = git.commit(request.repository, request.revision) else { return nil }
        switch read {
        case .failure(let failure):
            let words = "failed to checkout and determine revision: \(failure)"
            new.setReady("False", "GitOperationFailed", words, now: now)
            new.setFluxCondition("FetchFailed", "True", "GitOperationFailed", words, now: now)
        case .success(let commit):
            let revision = Self.revision(repository, commit)
            if repository.at("status", "artifact", "revision")?.string != revision {
                new.set("status", "artifact", to: artifact(of: repository, revision, commit))
            }
            let words = "stored artifact for revision '\(revision)'"
            new.removeCondition("FetchFailed")
            new.setReady("True", "Succeeded", words, now: now)
            new.setFluxCondition("ArtifactInStorage", "True", "Succeeded", words, now: now)
            new.set("status", "observedGeneration", to: repository.at("metadata", "generation"))
        }
        return new
    }

    private func artifact(
        of repository: JSONValue, _ revision: String, _ commit: String
    ) -> JSONValue {
        let path = "gitrepository/\(repository.namespace)/\(repository.name)/\(commit).tar.gz"
        let host = "source-controller.\(repository.namespace).svc.cluster.local."
        return [
            "revision": .string(revision), "path": .string(path),
            "url": .string("http://\(host)/\(path)"), "lastUpdateTime": .string(now.text),
        ]
    }

    /// Without the Secret with its deploy key the source is not asked. Whether the
    /// key in it is right nobody looks at.
    private func missingSecret(_ repository: JSONValue) -> String? {
        guard let name = repository.at("spec", "secretRef", "name")?.string,
            world.object(.secrets, repository.namespace, name) == nil
        else { return nil }
        return "failed to get secret '\(repository.namespace)/\(name)': "
            + "secrets \"\(name)\" not found"
    }

    private func obstacle(_ repository: JSONValue) -> String? {
        for field in ["verify", "include", "ignore", "recurseSubmodules", "sparseCheckout"]
        where repository.at("spec", field) != nil {
            return "spec.\(field) is not simulated"
        }
        return repository.at("spec", "ref", "semver") == nil
            ? nil : "spec.ref.semver is not simulated"
    }
}

extension String {
    /// Without `prefix`, if it begins with it.
    fileprivate func drop(prefix: String) -> Substring {
        hasPrefix(prefix) ? dropFirst(prefix.count) : self[...]
    }
}

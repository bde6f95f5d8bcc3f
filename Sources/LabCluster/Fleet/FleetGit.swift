import JSON

/// The first hop: GitRepo to Bundles, and what a GitRepo reports.
struct FleetGit: Sendable {
    let namespace: String

    /// The commit each GitRepo says it is at, pinned or not.
    static func request(_ repository: JSONValue) -> GitReadings.Request {
        let pin = repository.at("spec", "revision")?.string ?? ""
        return pin.isEmpty ? clone(repository) : request(repository, pin)
    }

    /// What is cloned: the revision only where no branch is named.
    static func clone(_ repository: JSONValue) -> GitReadings.Request {
        let branch = repository.at("spec", "branch")?.string ?? ""
        let pin = repository.at("spec", "revision")?.string ?? ""
        return request(repository, !branch.isEmpty ? branch : pin.isEmpty ? "master" : pin)
    }

    private static func request(
        _ repository: JSONValue, _ revision: String
    ) -> GitReadings.Request {
        GitReadings.Request(
            repository: repository.at("spec", "repo")?.string ?? "", revision: revision)
    }

    /// What Git has to be read for: a paused GitRepo asks nothing.
    func requests(_ world: World) -> Set<GitReadings.Request> {
        Set(
            repositories(world).filter { !$0.isPaused }
                .flatMap { [Self.request($0), Self.clone($0)] })
    }

    /// The commit of each GitRepo that may move, or why it is not known.
    private func heads(
        _ repositories: [JSONValue], _ git: GitReadings, _ world: World,
        _ request: (JSONValue) -> GitReadings.Request
    ) -> [String: Result<String, RenderFailure>] {
        Dictionary(
            uniqueKeysWithValues: repositories.filter { !$0.isPaused }.compactMap { repository in
                if let words = missingSecret(repository, world) {
                    return (repository.uid, .failure(RenderFailure(words)))
                }
                let request = request(repository)
                return git.commit(request.repository, request.revision).map { (repository.uid, $0) }
            })
    }

    /// Without the Secret it names the job that fetches does not start, and without any key
    /// nothing is reached by ssh.
    private func missingSecret(_ repository: JSONValue, _ world: World) -> String? {
        let named = repository.at("spec", "clientSecretName")?.string
        let name = named ?? "gitcredential"
        guard world.object(.secrets, repository.namespace, name) == nil else { return nil }
        if DeployKey.isNeeded(for: repository.at("spec", "repo")?.string ?? "") {
            return DeployKey.missing
        }
        return named.map { "MountVolume.SetUp failed for volume: secret \"\($0)\" not found" }
    }

    private func repositories(_ world: World) -> [JSONValue] {
        world.all(.gitRepos).filter { $0.namespace == namespace && !$0.isTerminating }
    }

    func reconcile(_ world: World, _ git: GitReadings, now: Moment) -> [Write] {
        let repositories = repositories(world)
        let heads = heads(repositories, git, world, Self.request)
        let clones = self.heads(repositories, git, world, Self.clone)
        let bundles = repositories.flatMap { repository -> [Write] in
            let paths = repository.at("spec", "paths")?.array?.compactMap(\.string) ?? ["."]
            let commit =
                (try? clones[repository.uid]?.get())
                ?? repository.at("status", "commit")?.string
            return paths.compactMap { bundle(of: repository, path: $0, commit: commit, world) }.map(
                Write.put)
        }
        let wanted = Set(
            bundles.compactMap { write -> ObjectKey? in
                if case .put(let bundle) = write { bundle.key } else { nil }
            })
        let kept = Set(repositories.filter(\.isPaused).map(\.name))
        let surplus = world.all(.bundles).filter { bundle in
            // A paused GitRepo neither adds nor takes away.
            guard let repository = bundle.label(FleetNames.repository), let key = bundle.key else {
                return false
            }
            return bundle.namespace == namespace && !wanted.contains(key)
                && !kept.contains(repository)
        }
        return bundles + surplus.compactMap(\.key).map(Write.remove)
            + repositories.map { .put(status(of: $0, heads[$0.uid], world, now: now)) }
    }

    private func bundle(
        of repository: JSONValue, path: String, commit: String?, _ world: World
    ) -> JSONValue? {
        let name = FleetNames.bundle(repository: repository.name, path: path)
        guard var bundle = world.object(.bundles, namespace, name) else {
            guard let commit, !repository.isPaused else { return nil }
            return filled(
                [
                    "apiVersion": "fleet.cattle.io/v1alpha1", "kind": "Bundle",
                    "metadata": [
                        "name": .string(name), "namespace": .string(namespace), "generation": 1,
                    ],
                ], repository, path, commit)
        }
        let old = bundle["spec"]
        if repository.isPaused {
            bundle.set("spec", "paused", to: true)
        } else if let commit {
            bundle = filled(bundle, repository, path, commit)
        }
        if bundle["spec"] != old {
            let generation = bundle.at("metadata", "generation")?.int ?? 1
            bundle.set("metadata", "generation", to: .int(generation + 1))
        }
        return bundle
    }

    private func filled(
        _ bundle: JSONValue, _ repository: JSONValue, _ path: String, _ commit: String
    ) -> JSONValue {
        var bundle = bundle
        bundle.set("metadata", "labels", FleetNames.repository, to: .string(repository.name))
        bundle.set("metadata", "labels", FleetNames.commit, to: .string(commit))
        bundle.set("metadata", "annotations", FleetNames.source, to: repository.at("spec", "repo"))
        bundle.set("metadata", "annotations", FleetNames.path, to: .string(path))
        bundle.set("spec", "paused", to: .bool(repository.isPaused))
        bundle.set("spec", "forceSyncGeneration", to: repository.at("spec", "forceSyncGeneration"))
        bundle.set("spec", "keepResources", to: repository.at("spec", "keepResources"))
        bundle.set("spec", "correctDrift", to: repository.at("spec", "correctDrift"))
        bundle.set("spec", "targets", to: [["clusterSelector": [:]]])
        return bundle
    }

    private func status(
        of repository: JSONValue, _ head: Result<String, RenderFailure>?, _ world: World,
        now: Moment
    ) -> JSONValue {
        var new = repository
        if case .success(let commit)? = head { new.set("status", "commit", to: .string(commit)) }
        let commit = new.at("status", "commit")?.string
        let deployments = world.all(.bundleDeployments).filter {
            $0.label(FleetNames.repository) == repository.name
        }
        let ready = deployments.count { $0.isReady && $0.at("status", "commit")?.string == commit }
        let bundles = world.all(.bundles).count {
            $0.label(FleetNames.repository) == repository.name
        }
        let isReady = bundles > 0 && ready == deployments.count && deployments.count >= bundles
        let text = "\(ready)/\(deployments.count)"
        new.set("status", "observedGeneration", to: repository.at("metadata", "generation"))
        new.set("status", "display", "readyBundleDeployments", to: .string(text))
        new.set(
            "status", "summary",
            to: ["ready": .int(ready), "desiredReady": .int(deployments.count)])
        new.set("status", "readyClusters", to: .int(isReady ? 1 : 0))
        new.set("status", "desiredReadyClusters", to: 1)
        var failure: String?
        if case .failure(let error)? = head { failure = "\(error)" }
        new.setCondition(
            "GitPolling", failure == nil ? "True" : "False", message: failure, now: now)
        new.setCondition(
            "Ready", isReady && failure == nil ? "True" : "False",
            message: failure ?? (isReady ? nil : "\(text) bundle deployments ready"), now: now)
        return new
    }
}

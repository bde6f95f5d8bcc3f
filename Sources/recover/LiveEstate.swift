internal import Digest
internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import YAML

/// An estate that is there to be read: its binding, a reader, and the salt of
/// this machine. Nothing here changes it.
struct LiveEstate {
    let choice: EstateChoice
    let binding: Binding
    let reader: ClusterReader
    let site: Site
    private let salt: [UInt8]

    init(_ name: String, _ invocation: Invocation, _ site: Site) throws(Refusal) {
        choice = try EstateChoice(site, name)
        binding = try choice.bound(site)
        self.site = site
        salt = try Self.salt(site)
        let seconds = invocation["within"] ?? "120"
        guard let limit = Int(seconds), (1...3600).contains(limit) else {
            throw Refusal(.usage, "--within is a number of seconds, at most 3600, not '\(seconds)'")
        }
        let setting = try RunSession.setting(
            site, choice.estate, binding, [:], Progress(PlainView(start: Clock.now())),
            directory: site.state + "/probe")
        reader = setting.makeReader(boot: Timestamps.bootID(), within: .seconds(limit))
    }

    /// Reads every cluster that is declared. One that is another than the
    /// binding names is refused before anything else is asked of it.
    ///
    /// - Parameter isForKeeping: also ask for what is only worth keeping.
    func look(isForKeeping: Bool) throws(Refusal) -> ObservedSnapshot {
        var clusters: [String: [String: ObservedSection]] = [:]
        for cluster in choice.estate.clusters.compactMap({ $0["name"]?.string }) {
            var sections = try look(cluster)
            if isForKeeping, sections["server"]?.items != nil {
                sections["api-certificate"] = certificate(cluster)
            }
            clusters[cluster] = sections
        }
        return ObservedSnapshot(
            estate: choice.estate.name, taken: Clock.text(Clock.now()),
            salt: String(SHA256.hex(salt).prefix(16)), clusters: clusters)
    }

    private func certificate(_ cluster: String) -> ObservedSection {
        guard let api = choice.estate.cluster(cluster)?["api"]?.string else {
            return .cannotTell("the estate does not say its api")
        }
        switch reader.certificateEnd(cluster, api) {
        case .success(let end): return .items([api: ["not-after": .string(Clock.text(end))]])
        case .failure(let silence): return .cannotTell(silence.why)
        }
    }

    private func look(_ cluster: String) throws(Refusal) -> [String: ObservedSection] {
        guard let bound = binding.clusters[cluster] else {
            return ["server": .cannotTell("the binding says nothing of it")]
        }
        let identity = reader.identity(cluster)
        switch identity.answer {
        case .fails: throw Refusal(.notReady, "SN-OTHER: \(cluster): \(identity.why)")
        case .cannotTell: return ["server": .cannotTell(identity.why)]
        case .holds: break
        }
        let observation = Observation(salt: salt) { SHA256.hex($0) }
        var sections: [String: ObservedSection] = [:]
        for question in Observation.questions(choice.estate, cluster: cluster) {
            sections[question.section] = reader.section(cluster, question.arguments) {
                observation.items(question.section, $0)
            }
        }
        if case .items(var server)? = sections["server"] {
            server["uid"] = .string(bound.uid)
            server["ca-sha256"] = .string(bound.caDigest)
            server["api"] = choice.estate.cluster(cluster)?["api"]
            sections["server"] = .items(server)
        }
        return sections
    }

    /// Bytes only this machine has: without them nobody can try out what a
    /// digest was made of.
    private static func salt(_ site: Site) throws(Refusal) -> [UInt8] {
        let path = "\(site.state)/snapshot-salt"
        if let bytes = try? SourceFile.read(path: path, isPrivate: true), bytes.count == 32 {
            return bytes
        }
        let bytes = Random.bytes(32)
        Folders.make(site.state)
        try NewFile.write(bytes, to: path, mode: 0o600)
        return bytes
    }
}

internal import Digest
internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import YAML

/// `recover estate init --kubeconfig F --context C --name NAME --out DIR`: an
/// estate and a binding to begin with, from a cluster that is alive.
///
/// It reads the cluster and writes files where none were. No secret is
/// written: the binding names the kubeconfig, and does not copy it.
enum EstateInit {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let page = CommandTable.page("estate", site)
        for option in ["kubeconfig", "name", "out"] where invocation[option] == nil {
            throw Refusal(.usage, "recover estate init: --\(option) is missing", page: page)
        }
        guard let path = Site.absolute(invocation["kubeconfig"]), let name = invocation["name"],
            let out = Site.absolute(invocation["out"])
        else { throw Refusal(.usage, "recover estate init: an option is missing", page: page) }
        guard HostGrammar.isName(name) else {
            throw Refusal(.usage, "--name is made of a-z, 0-9, '-' and '.', not '\(name)'")
        }
        for file in ["estate.yaml", "binding.yaml", "ca.pem"]
        where access("\(out)/\(file)", F_OK) == 0 {
            throw Refusal(
                .refusedInput, "ES-THERE: \(out)/\(file) is there already, and is not overwritten")
        }
        let file = try kubeconfig(path, invocation["context"])
        guard let authority = file.authority, !file.trustsAnyone else {
            throw Refusal(
                .refusedInput,
                "\(path) names no CA, so nobody knows who answers; take the CA from a server's "
                    + "/cacerts, check it by hand, and write it into the kubeconfig")
        }
        let live = try look(
            name, file.server, authority, path, invocation["context"], site, within: 120)
        let draft = EstateDraft(
            name: name, api: file.server, kubeconfig: path, context: invocation["context"],
            authority: "\(out)/ca.pem", authorityDigest: SHA256.hex(authority), seen: live)
        try NewFile.write(authority, to: "\(out)/ca.pem")
        try NewFile.write(Array(draft.binding.utf8), to: "\(out)/binding.yaml", mode: 0o600)
        try NewFile.write(Array(draft.estate.utf8), to: "\(out)/estate.yaml")
        return try tell(name, out, site)
    }

    private static func kubeconfig(
        _ path: String, _ context: String?
    ) throws(Refusal) -> KubeconfigFile {
        do {
            return try KubeconfigFile(path: path, context: context)
        } catch {
            throw Refusal(.refusedInput, error.description)
        }
    }

    /// Reads the cluster with a binding made for this alone.
    private static func look(
        _ name: String, _ server: String, _ authority: [UInt8], _ kubeconfig: String,
        _ context: String?, _ site: Site, within seconds: Int
    ) throws(Refusal) -> [String: ObservedSection] {
        let place = site.state + "/probe"
        Folders.make(place)
        let pinned = "\(place)/init-\(getpid()).pem"
        unlink(pinned)
        try NewFile.write(authority, to: pinned, mode: 0o600)
        defer { unlink(pinned) }
        let binding = Binding(
            estate: name, cluster: name,
            Binding.Cluster(
                uid: "init", caPath: pinned, caDigest: SHA256.hex(authority),
                kubeconfig: kubeconfig, context: context))
        let estate = Estate(facts: [
            "name": .string(name), "clusters": [["name": .string(name), "api": .string(server)]],
        ])
        let setting = try RunSession.setting(
            site, estate, binding, [:], Progress(PlainView(start: Clock.now())), directory: place)
        let reader = setting.makeReader(boot: Timestamps.bootID(), within: .seconds(seconds))
        defer { reader.finish() }
        let space = reader.section(
            name, ["get", "namespace", "kube-system", "-o", "json"]
        ) { ["uid": $0.at("metadata", "uid") ?? Estate.unknown] }
        guard case .items(let identity) = space, identity["uid"]?.string != nil else {
            if case .cannotTell(let why) = space { throw Refusal(.notReady, "\(server): \(why)") }
            throw Refusal(.notReady, "\(server) does not say its UID")
        }
        var sections: [String: ObservedSection] = ["identity": space]
        // Secrets are not even asked for.
        let observation = Observation(salt: []) { SHA256.hex($0) }
        func ask(_ questions: [DraftQuestion]) {
            for question in questions {
                sections[question.section] = reader.section(
                    name, question.arguments, question.keep)
            }
        }
        ask(DraftQuestion.first(observation))
        if let engine = EstateDraft.gitopsEngine(of: sections) {
            ask(DraftQuestion.second(observation, engine: engine))
        }
        guard let nodes = sections["nodes"]?.items, !nodes.isEmpty else {
            throw Refusal(
                .notReady, "\(server): its nodes could not be read, so there is no estate to write")
        }
        return sections
    }

    /// Says what was written and what is left to be filled in.
    private static func tell(_ name: String, _ out: String, _ site: Site) throws(Refusal)
        -> ExitCode
    {
        let estate: Estate
        do {
            estate = try Estate(reading: "\(out)/estate.yaml")
            _ = try Binding(reading: "\(out)/binding.yaml")
        } catch {
            throw Refusal(error)
        }
        let blocking = EstateCheck(estate).findings.filter {
            $0.weight == .blocks && $0.code == "EC-UNKNOWN"
        }
        Terminal.say("written: \(out)/estate.yaml, \(out)/binding.yaml, \(out)/ca.pem")
        Terminal.say("only a person knows: \(blocking.map(\.subject).joined(separator: ", "))")
        Terminal.say(
            "Next: compare ca.pem with a server's /cacerts, fill in what is unknown, then\n"
                + "  mv \(out)/binding.yaml \(site.bindings)/\(name).yaml\n"
                + "  recover estate check \(name) --library DIR   (estate.yaml below DIR/snapshots/\(name))"
        )
        return .recovered
    }
}

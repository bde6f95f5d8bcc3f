internal import DesiredState
internal import Digest
internal import Effects
internal import Estates
internal import JSON
internal import RecoveryEngine
internal import YAML

/// `recover drift [ESTATE]`: declared, Git, observed and live, side by side.
enum DriftCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let name = try name(invocation, site)
        let live = try LiveEstate(name, invocation, site)
        defer { live.reader.finish() }
        let estate = live.choice.estate
        let now = try live.look(isForKeeping: false)
        let (git, silence) = git(live, site)
        let observed = try SnapshotFolder.newest(of: name, site)?.snapshot()
        let drift = Drift(
            estate, git: git, gitSilence: silence, observed: observed, live: now,
            local: local(live), digest: { SHA256.hex($0) })
        let rows = drift.rows
        for path in live.choice.invented where !path.isEmpty && !Terminal.isForMachines {
            Terminal.say("invented by the lab: \(path)")
        }
        for row in rows { tell(row) }
        let counts = DriftRow.Verdict.allCases.map { verdict in
            "\(rows.count { $0.verdict == verdict }) \(verdict.rawValue)"
        }
        if !Terminal.isForMachines {
            Terminal.say("\(name): \(counts.joined(separator: ", "))")
            Terminal.say("Git: \(git.map { "commit \($0.commit)" } ?? silence)")
        }
        return rows.allSatisfy { $0.verdict == .same } ? .recovered : .notReady
    }

    private static func name(_ invocation: Invocation, _ site: Site) throws(Refusal) -> String {
        if let name = invocation.words.dropFirst().first ?? invocation["estate"] { return name }
        return try EstateChoice(site, nil).estate.name
    }

    /// Every bound source in one view; a file's path begins with its source.
    private static func git(_ live: LiveEstate, _ site: Site) -> (GitView?, String) {
        guard !live.binding.sources.isEmpty else { return (nil, "not read: no source is bound") }
        Folders.make(site.state + "/probe/mirrors")
        let toolbox = Toolbox(path: site.path)
        let reach = Reach(
            program: site.programs + "/recover-reach", mirrors: site.state + "/probe/mirrors",
            environment: toolbox.environment(home: site.state + "/probe/work"),
            tool: { try? toolbox.resolve($0) })
        var files: [String: String] = [:], commits: [String] = [], silences: [String] = []
        for (name, source) in live.binding.sources.sorted(by: { $0.key < $1.key }) {
            let suffixes = [".yaml", ".yml", ".tfvars", ".example", ".ini", ".j2", ".md", ".conf"]
            switch reach.files(source, name: name, suffixes: suffixes) {
            case .success(let view):
                commits.append(view.commit)
                for (path, text) in view.files { files["\(name)/\(path)"] = text }
            case .failure(let silence): silences.append("\(name): \(silence.why)")
            }
        }
        guard !commits.isEmpty else {
            return (nil, "not read: \(silences.joined(separator: "; "))")
        }
        return (GitView(commit: commits.joined(separator: " "), files: files), "")
    }

    /// What lies on the machines and in the kubeconfigs.
    private static func local(_ live: LiveEstate) -> [String: Drift.Local] {
        let estate = live.choice.estate
        var local: [String: Drift.Local] = [:]
        for cluster in estate.clusters {
            guard let name = cluster["name"]?.string else { continue }
            var found = Drift.Local()
            if let bound = live.binding.clusters[name] {
                let file = try? KubeconfigFile(path: bound.kubeconfig, context: bound.context)
                found.server = file?.server
            }
            let hasMirror = cluster.at("registry", "engine")?.string != nil
            for node in estate.nodeNames(cluster: name) where live.binding.hosts[node] != nil {
                if hasMirror {
                    found.registries[node] = live.reader.file(
                        node, "/etc/rancher/k3s/registries.yaml")
                }
                let isServer = estate.node(node)?["role"]?.string == "server"
                if isServer, cluster["distribution"]?.string == "k3s" {
                    found.settings[node] = live.reader.file(node, "/etc/rancher/k3s/config.yaml")
                }
            }
            local[name] = found
        }
        return local
    }

    private static func tell(_ row: DriftRow) {
        guard !Terminal.isForMachines else {
            return Terminal.emit(Record.of(kind: "drift", data: row.json))
        }
        let pad = String(repeating: " ", count: 13 - row.verdict.rawValue.count)
        Terminal.say("\(row.verdict.rawValue)\(pad)\(row.cluster): \(row.fact)")
        guard row.verdict != .same else { return }
        for (place, cell) in [
            ("declared", row.declared), ("Git", row.git), ("observed", row.observed),
            ("live", row.live),
        ] {
            Terminal.say(
                "    \(place)\(String(repeating: " ", count: 10 - place.count))\(cell.text)")
        }
        if !row.meaning.isEmpty { Terminal.say("    means     \(row.meaning)") }
        if !row.next.isEmpty { Terminal.say("    next      \(row.next)") }
    }
}

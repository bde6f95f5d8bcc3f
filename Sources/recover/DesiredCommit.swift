internal import DesiredState
internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine

/// The commit of a source that says what is desired: the one a run has pinned
/// last, else the one that was verified last, else the newest.
struct DesiredCommit {
    /// Why it is this commit.
    enum Basis {
        case pinned(PinRecord)
        case verified
        case newest
    }

    let source: String
    let reference: SourceReference
    let view: GitView
    let basis: Basis
    /// The newest commit of its branch or tag, or why nobody knows it.
    let newest: Result<String, Reach.Silence>

    /// Reads it from the mirrors the runs keep, which need no Git host; only
    /// what they do not hold is looked for in a mirror of its own.
    static func find(
        _ name: String, _ source: Binding.Source, _ site: Site
    ) throws(Refusal) -> Result<DesiredCommit, Reach.Silence> {
        let own = reach(site, site.state + "/probe/mirrors")
        let runs = reach(site, site.journal + "/mirrors")
        let newest = own.newest(source, name: name)
        let pin = try pin(name, source, site)
        let basis: Basis
        let commit: String
        if let pin {
            (basis, commit) = (.pinned(pin), pin.commit)
        } else if let verified = runs.verified(source, name: name) {
            (basis, commit) = (.verified, verified)
        } else {
            switch newest {
            case .success(let newest): (basis, commit) = (.newest, newest)
            case .failure(let silence): return .failure(silence)
            }
        }
        let suffixes = [".yaml", ".yml", ".tfvars", ".example", ".ini", ".j2", ".md", ".conf"]
        func read(_ reach: Reach) -> Result<GitView, Reach.Silence> {
            reach.files(of: commit, source, name: name, suffixes: suffixes)
        }
        var view = read(own)
        if case .failure = view, pin != nil || commit != (try? newest.get()) { view = read(runs) }
        return view.map { view in
            DesiredCommit(
                source: name, reference: source.reference, view: view, basis: basis, newest: newest)
        }
    }

    private static func reach(_ site: Site, _ mirrors: String) -> Reach {
        Folders.make(mirrors)
        let toolbox = Toolbox(path: site.path)
        return Reach(
            program: site.programs + "/recover-reach", mirrors: mirrors,
            environment: toolbox.environment(home: site.state + "/probe/work"),
            tool: { try? toolbox.resolve($0) })
    }

    /// The last pin in the journal; none where nothing ever ran.
    private static func pin(
        _ name: String, _ source: Binding.Source, _ site: Site
    ) throws(Refusal) -> PinRecord? {
        guard access("\(site.journal)/journal.db", F_OK) == 0 else { return nil }
        let journal = try site.openJournal(.readOnly)
        do throws(JournalError) {
            return try journal.pins(of: name).at(source.url).last
        } catch {
            throw Refusal(error, site.journal)
        }
    }

    // MARK: saying it

    /// In a line or two.
    var text: String {
        let reason =
            switch basis {
            case .pinned(let pin): "pinned by run \(pin.run) on \(Clock.text(pin.pinned))"
            case .verified:
                "verified last; this journal has no pin of it, so nobody knows which run it was"
            case .newest:
                "the newest of \(reference.text): no run has pinned one, so nobody has verified it"
            }
        return "\(source) at \(view.commit), \(reason)" + (later.map { "\n     \($0)" } ?? "")
    }

    /// What is to be said when the branch has gone on.
    private var later: String? {
        switch newest {
        case .success(view.commit): nil
        case .success(let commit): "by now \(reference.text) is at \(commit), which is not compared"
        case .failure(let silence): "\(reference.text) cannot be read now: \(silence.why)"
        }
    }

    /// For a machine.
    var json: JSONValue {
        var json: JSONValue = [
            "source": .string(source), reference.kind: .string(reference.name),
            "commit": .string(view.commit),
        ]
        switch basis {
        case .pinned(let pin):
            json["basis"] = "pinned"
            json["run"] = .string(pin.run)
        case .verified: json["basis"] = "verified"
        case .newest: json["basis"] = "newest"
        }
        json["newest"] = (try? newest.get()).map(JSONValue.string)
        return json
    }
}

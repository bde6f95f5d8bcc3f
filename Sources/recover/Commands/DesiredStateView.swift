internal import DesiredState
internal import Effects
internal import Estates
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import YAML

/// A source of desired state to look at: where it is, what was pinned of it
/// last, and what is newest. It takes no lock and moves no ref but its own.
struct DesiredStateView {
    let site: Site
    let estate: Estate
    let name: String
    let source: Binding.Source
    /// The cluster this source is for; nil where the estate does not say.
    let cluster: JSONValue?
    /// What the journal says was pinned last.
    var last: PinRecord? { pins.at(source.url).last }
    /// Everything it says of sources called like this one.
    let pins: Pins
    let reach: Reach
    private let lookout: Lookout

    /// The newest commit, or why it could not be fetched; asked for once.
    var newest: Result<Reach.Head, ReachRefusal> { lookout.newest }

    /// Fetches when somebody wants to know, and then never again.
    private final class Lookout {
        private let fetch: () throws(ReachRefusal) -> Reach.Head
        private(set) lazy var newest: Result<Reach.Head, ReachRefusal> = {
            do throws(ReachRefusal) { return .success(try fetch()) } catch {
                return .failure(error)
            }
        }()

        init(_ fetch: @escaping () throws(ReachRefusal) -> Reach.Head) { self.fetch = fetch }
    }

    /// - Parameter word: name of the source; nil where there is only one.
    init(
        _ invocation: Invocation, _ site: Site, source word: String?
    ) throws(Refusal) {
        let choice = try EstateChoice(site, invocation["estate"])
        let binding = try choice.bound(site)
        let estate = choice.estate
        let names = binding.sources.keys.sorted()
        guard let name = word ?? (names.count == 1 ? names[0] : nil) else {
            throw Refusal(
                .usage,
                names.isEmpty
                    ? "the binding of \(estate.name) names no source; add one under sources"
                    : "which source? Type: --source with one of: \(names.joined(separator: ", "))")
        }
        guard let source = binding.sources[name] else {
            throw Refusal(
                .usage, "there is no source '\(name)'\(NearestName.hint(name, among: names))")
        }
        self.init(site, estate, name, source, pins: try Self.pins(name, site))
        // What is shown is as of now.
        _ = newest
    }

    /// The source `name` as a run sees it, which knows what it has pinned.
    init(
        _ site: Site, _ estate: Estate, _ name: String, _ source: Binding.Source,
        pins: Pins = Pins()
    ) {
        self.site = site
        self.estate = estate
        self.name = name
        self.source = source
        self.pins = pins
        cluster = estate.clusters.first { $0.at("gitops", "source")?.string == name }
        let toolbox = Toolbox(path: site.path)
        Folders.make(site.journal + "/mirrors")
        let reach = Reach(
            program: site.programs + "/recover-reach", mirrors: site.journal + "/mirrors",
            environment: toolbox.environment(home: site.journal + "/work"),
            uses: estate.sourceUses,
            tool: { try? toolbox.resolve($0) })
        self.reach = reach
        lookout = Lookout { () throws(ReachRefusal) in
            try reach.head(of: source, name: name, attempt: "look")
        }
    }

    /// No journal is a journal in which nothing was pinned.
    private static func pins(_ name: String, _ site: Site) throws(Refusal) -> Pins {
        let names = Folders.names(in: site.journal)
        guard names.contains(where: { $0.hasPrefix("journal") }) else { return Pins() }
        let journal = try site.openJournal(.readOnly, isLab: true)
        do throws(JournalError) {
            return try journal.pins(of: name)
        } catch {
            throw Refusal(error, site.journal)
        }
    }

    /// A commit by its whole name, `pinned` or `head`.
    func commit(_ word: String) throws(Refusal) -> String {
        switch word {
        case "pinned":
            guard let last else {
                throw Refusal(
                    .notReady, "nothing of \(name) was ever pinned, as \(site.journal) says")
            }
            return last.commit
        case "head":
            do { return try newest.get().commit } catch { throw Refusal(unreached: error, self) }
        default:
            guard CommitName.isWhole(word) else {
                throw Refusal(
                    .usage,
                    "'\(word)' is no commit; type all 40 lower-case hex digits, pinned or head")
            }
            return word
        }
    }

    /// What there is to look at: the newest commit, or without a way to the
    /// source the last verified one.
    var best: String {
        if case .success(let head) = newest { return head.commit }
        return last?.commit ?? ""
    }

    /// The branch GitOps follows once nothing is pinned; nil where a tag is what is
    /// fetched, and the estate does not say.
    var branch: String? {
        if case .branch(let branch) = source.reference { return branch }
        let branch = cluster?.at("gitops", "branch")?.string
        return branch == "unknown" ? nil : branch
    }

    /// Refuses where the source does answer, and not as it should: then what was
    /// verified earlier is no substitute, as it is none for a pin.
    func refuseWrongAnswer() throws(Refusal) {
        guard case .failure(let error) = newest, !error.isUnreachable else { return }
        throw Refusal(wrong: error, self)
    }

    /// Everything the commit wants to be there.
    ///
    /// - Parameter isDeep: whether the root takes the folders beneath its own by
    ///   what it says itself; each engine has a habit.
    func inventory(_ commit: String, isDeep: Bool = false) throws(Refusal) -> Inventory {
        do throws(ReachRefusal) {
            return try reach.inventory(of: commit, source, name: name, isDeep: isDeep)
        } catch {
            throw Refusal(error)
        }
    }

    var engine: String { cluster?.at("gitops", "engine")?.string ?? "" }

    /// One line on how fresh `commit` is.
    func standing(of commit: String) -> String {
        let pinned = last?.commit == commit
        switch newest {
        case .success(let head):
            let place =
                head.commit == commit ? "the head of \(source.reference.text)" : "not the head"
            return pinned ? "pinned, and \(place)" : "\(place), not pinned"
        case .failure(let why):
            let state = why.isWrongAnswer ? "answers WRONGLY" : "cannot be reached"
            return "\(source.url) \(state) (\(why.code)): this is "
                + (pinned ? "the last verified commit" : "what is kept here")
        }
    }
}

extension Refusal {
    /// Git's word was not taken.
    init(_ error: ReachRefusal) {
        self.init(error.isRefuted ? .refuted : .notReady, error.words)
    }

    /// Nothing newer can be had.
    init(unreached error: ReachRefusal, _ view: DesiredStateView) {
        guard error.isUnreachable else {
            self.init(wrong: error, view)
            return
        }
        let rest =
            view.last.map { "\nThe last verified commit is \($0.commit); type pinned for it." }
            ?? ""
        self.init(.notReady, error.words + rest)
    }

    /// The source answers, and not as it should, or nobody could ask it.
    init(wrong error: ReachRefusal, _ view: DesiredStateView) {
        let isWrong = error.isWrongAnswer || error.isRefuted
        let meaning =
            isWrong
            ? "The source answers, and not as the binding says: nothing would be pinned."
            : "The source could not be asked: nothing would be pinned."
        let rest =
            view.last.map {
                "\nThe commit pinned last is \($0.commit); to look at it all the same, type: "
                    + "recover desired-state show --commit pinned"
            } ?? ""
        self.init(isWrong ? .refuted : .notReady, "\(error.words)\n\(meaning)\(rest)")
    }
}

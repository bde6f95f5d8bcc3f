internal import Digest
internal import Estates
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import YAML

/// The run a command is about: named, by prefix, or the only unfinished one.
struct RunChoice {
    let run: String
    let state: RunState
    let entries: [JournalEntry]

    init(_ invocation: Invocation, _ site: Site) throws(Refusal) {
        let journal = try site.openJournal(.readOnly)
        do {
            let runs = try journal.runs().filter { !$0.run.isEmpty }
            run = try Self.choose(invocation.words.dropFirst().first, runs, journal)
            entries = try journal.entries(run: run)
            state = try RunState(replaying: entries)
        } catch let error as JournalError {
            throw Refusal(error, site.journal)
        } catch let error as Engine.Fault {
            throw Refusal(error)
        } catch let error as Refusal {
            throw error
        } catch {
            throw Refusal(.internalError, "\(error)")
        }
    }

    private static func choose(
        _ word: String?, _ runs: [RunSummary], _ journal: borrowing Journal
    ) throws -> String {
        if let word { return try choose(word, runs.map(\.run)) }
        let open = try unfinished(runs, journal)
        switch open.count {
        case 1: return open[0]
        case 0:
            guard let last = runs.last?.run else {
                throw Refusal(.usage, "JR-NORUN: this journal holds no run")
            }
            return last
        default: throw Refusal(.usage, "which run? One of: \(open.joined(separator: ", "))")
        }
    }

    private static func choose(_ word: String, _ runs: [String]) throws(Refusal) -> String {
        let matches = runs.contains(word) ? [word] : runs.filter { $0.hasPrefix(word) }
        switch matches.count {
        case 1: return matches[0]
        case 0:
            throw Refusal(
                .usage,
                "JR-NORUN: there is no run '\(word)' in this journal"
                    + "\(NearestName.hint(word, among: runs))\nType: recover journal list"
            )
        default:
            throw Refusal(
                .usage, "JR-AMBIG: '\(word)' may be \(matches.joined(separator: " or "))")
        }
    }

    /// Runs somebody may go on with, the oldest first; told by the kinds of
    /// their entries, without reading them.
    static func unfinished(
        _ runs: [RunSummary], _ journal: borrowing Journal
    ) throws(JournalError) -> [String] {
        let open = runs.filter { !["recovered", "abandoned"].contains($0.lastKind) }.map(\.run)
        var prepared: [String] = []
        for run in open where try journal.has("prerequisites", in: run) { prepared.append(run) }
        // A run that never got past its prerequisites changed nothing: it counts
        // only where there is no other.
        return !prepared.isEmpty || open.last != runs.last?.run ? prepared : open
    }

    /// The run again: with the estate of its plan and the binding of this host.
    ///
    /// Settling or giving up needs no secrets; going on does, and they must be
    /// the ones the run began with.
    func session(
        _ invocation: Invocation, _ site: Site, withSecrets: Bool = false
    ) throws(Refusal) -> RunSession {
        guard let plan = state.plan else {
            throw Refusal(.journalDamaged, "run \(run) has no plan")
        }
        let binding = try EstateChoice(site, plan.estate.name).bound(site)
        var secrets: [String: [UInt8]] = [:]
        for name in withSecrets ? plan.secrets : [] {
            guard let path = invocation[name] ?? binding.secrets[name] else {
                throw Refusal(
                    .usage,
                    "the run needs its \(name) again, which is never kept\n"
                        + "Type: recover resume \(run) --\(name) FILE --journal \(site.journal)")
            }
            let bytes = try SecretFile.read(path, name)
            guard plan.began(with: SHA256.hex(bytes), of: name) else {
                throw Refusal(.refusedInput, "--\(name): \(path) is not what the run began with")
            }
            secrets[name] = bytes
        }
        return try RunSession(
            run: run, site: site, estate: plan.estate, binding: binding, clusters: plan.clusters,
            secrets: secrets, mode: .readWrite, known: (entries, state))
    }
}

internal import Digest
internal import Estates
internal import JSON
internal import Journal
internal import RecoveryEngine

/// The run a command is about: named, by prefix, or the only unfinished one.
struct RunChoice {
    let run: String
    let state: RunState

    init(_ invocation: Invocation, _ site: Site) throws(Refusal) {
        let journal = try site.openJournal(.readOnly)
        do {
            let runs = try journal.runs().map(\.run).filter { !$0.isEmpty }
            run = try Self.choose(invocation.words.dropFirst().first, runs, journal)
            state = try RunState(replaying: try journal.entries(run: run))
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
        _ word: String?, _ runs: [String], _ journal: borrowing Journal
    ) throws -> String {
        if let word {
            let matches = runs.contains(word) ? [word] : runs.filter { $0.hasPrefix(word) }
            switch matches.count {
            case 1: return matches[0]
            case 0:
                throw Refusal(
                    .usage,
                    "JR-NORUN: there is no run '\(word)' in this journal\nType: recover journal list"
                )
            default:
                throw Refusal(
                    .usage, "JR-AMBIG: '\(word)' may be \(matches.joined(separator: " or "))")
            }
        }
        var open: [String] = [], prepared: [String] = []
        for run in runs {
            let kinds = try journal.entries(run: run).map(\.kind)
            if ["recovered", "abandoned"].contains(kinds.last) { continue }
            open.append(run)
            if kinds.contains("prerequisites") { prepared.append(run) }
        }
        // A run that never got past its prerequisites changed nothing: it counts
        // only where there is no other.
        if !prepared.isEmpty || open.last != runs.last { open = prepared }
        switch open.count {
        case 1: return open[0]
        case 0:
            guard let last = runs.last else {
                throw Refusal(.usage, "JR-NORUN: this journal holds no run")
            }
            return last
        default: throw Refusal(.usage, "which run? One of: \(open.joined(separator: ", "))")
        }
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
                    .usage, "the run needs its \(name) again, which is never kept\n"
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
            secrets: secrets, mode: .readWrite)
    }
}

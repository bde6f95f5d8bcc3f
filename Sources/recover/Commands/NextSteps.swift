internal import RecoveryEngine
internal import Runbooks

/// What can be typed now, and nothing that would be refused.
struct NextSteps {
    /// One command to copy.
    struct Offer: Hashable {
        let label: String
        let command: String
    }

    let run: String
    let state: RunState
    /// Folder of the journal.
    let journal: String
    /// Somebody writes the journal at this moment: only looking is possible.
    let isWritten: Bool

    var offers: [Offer] {
        switch state.standing {
        case .recovered, .abandoned, nil: return []
        case .running, .failed, .waiting, .unknown: break
        }
        if isWritten {
            return [Offer(label: "To look on", command: "recover status \(run) --watch\(place)")]
        }
        var offers = [Offer(label: "To go on", command: resume)]
        if let step = settleable {
            let resolve = "recover resolve \(run) \(step) --as"
            if state.standing == .waiting, state.suspension?.left == [step] {
                offers.append(
                    Offer(label: "To leave", command: "\(resolve) left --evidence TEXT\(place)"))
            }
            offers.append(
                Offer(label: "If done", command: "\(resolve) done --evidence TEXT\(place)"))
            if state.standing == .unknown {
                offers.append(
                    Offer(
                        label: "If not",
                        command: "\(resolve) not-done --evidence TEXT\(place)"))
            }
        }
        if let undo { offers.append(Offer(label: "To undo", command: undo)) }
        return offers + [
            Offer(label: "To give up", command: "recover abandon \(run) --why TEXT\(place)")
        ]
    }

    /// The options of a run's secrets: they are never kept, so they are asked
    /// for again.
    private var resume: String {
        let secrets = (state.plan?.secrets ?? []).map { " --\($0) FILE" }.joined()
        return "recover resume \(run)\(secrets)\(place)"
    }

    private var place: String { " --journal \(Shell.quote(journal))" }

    /// The step a person may speak for: its effect is unknown, or it waits for
    /// something that is not their consent.
    private var settleable: String? {
        switch state.standing {
        case .unknown: state.reasonStep ?? state.current?.id
        case .waiting where !waitsForConsent: state.reasonStep
        default: nil
        }
    }

    /// The engine's words where an approval was declined, is missing or ran out.
    private var waitsForConsent: Bool {
        let words = ["not approved: ", "it needs an approval: ", "the approval "]
        return words.contains { state.reason.hasPrefix($0) }
    }

    /// Takes back the last step that says how.
    private var undo: String? {
        state.undoable.isEmpty ? nil : "recover undo \(run)\(place)"
    }
}

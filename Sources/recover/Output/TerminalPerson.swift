internal import Effects
internal import JSON
internal import RecoveryEngine

/// The responder at the terminal.
struct TerminalPerson: Person {
    let by: JSONValue
    /// A second person's signature, given on the command line.
    let second: SecondPerson?
    let toolbox: Toolbox
    let directory: String
    /// What else is on the terminal, and must be still meanwhile.
    let progress: Progress

    func approve(_ approval: Approval, question: String, target: String) -> Consent {
        var by = by
        if approval.persons > 1 {
            let statement = "\(SecondPerson.namespace) \(approval.digest)\n"
            guard let second, let armour = second.signed(statement, toolbox: toolbox, directory: directory)
            else {
                return .nobody(
                    SecondPerson.howTo(
                        "echo '\(SecondPerson.namespace) \(approval.digest)' > statement",
                        then: "recover resume"))
            }
            by = ["operator": by, "second": .string(second.name), "signature": .string(armour)]
        }
        guard Terminal.isInteractive else {
            return .nobody("nobody is at a terminal; run 'recover resume' at one")
        }
        let answer = progress.asking {
            Terminal.say(
                "\n\(question)\n  does: \(Wording.command(approval.action))\n"
                    + Self.seen(approval.observed))
            return Terminal.ask("Type \(target) to approve, anything else to decline: ")
        }
        guard let answer else { return .nobody("nobody answered; 'recover resume' asks again") }
        return answer == target
            ? .given(by: by, hostKey: nil) : .declined("'\(answer)' is not '\(target)'")
    }

    /// What the agreement is about. A list of several lines stands as it is.
    private static func seen(_ observed: JSONValue) -> String {
        let texts = (observed.object ?? [:]).compactMapValues(\.string)
        guard texts.values.contains(where: { $0.contains("\n") }) else {
            return "  on:   \(observed.text)"
        }
        return texts.sorted { $0.key < $1.key }.map { name, text in
            let lines = text.split(separator: "\n").map { "\n        \($0)" }.joined()
            return "  \(name):\(lines)"
        }.joined(separator: "\n")
    }

    func confirm(attempt: String, question: String, rekey: String?) -> Consent {
        guard Terminal.isInteractive else {
            return .nobody("a person must do it: \(question); then 'recover resume'")
        }
        return progress.asking { answer(question, rekey) }
    }

    private func answer(_ question: String, _ rekey: String?) -> Consent {
        Terminal.say("\nDo this now: \(question)")
        guard let rekey else {
            return Terminal.ask("Type done when it is done: ") == "done"
                ? .given(by: by, hostKey: nil) : .declined("not done yet")
        }
        let answer = Terminal.ask(
            "Then read the ssh host key of \(rekey) at its console (ssh-keygen -y, or the file\n"
                + "/etc/ssh/ssh_host_ed25519_key.pub) and enter it, such as 'ssh-ed25519 AAAA…': ")
        let words = (answer ?? "").split(separator: " ").prefix(2).map(String.init)
        guard words.count == 2, words[0].hasPrefix("ssh-") || words[0].hasPrefix("ecdsa-"),
            words[1].hasPrefix("AAAA")
        else {
            return .declined("that is no host key; 'recover resume' asks again")
        }
        return .given(by: by, hostKey: words.joined(separator: " "))
    }
}

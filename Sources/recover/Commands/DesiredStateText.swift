internal import DesiredState
internal import Estates
internal import JSON
internal import RecoveryEngine

/// `recover desired-state show`: source, commit, signer, age, and everything
/// that is wanted.
struct DesiredStateText {
    let view: DesiredStateView

    init(_ view: DesiredStateView) { self.view = view }

    /// Of the commit `word` names; of the pinned one where it names none, and
    /// of the newest where nothing was pinned.
    func show(_ word: String?) throws(Refusal) -> ExitCode {
        if word == nil { try view.refuseWrongAnswer() }
        let commit = try view.commit(word ?? (view.last == nil ? "head" : "pinned"))
        let object: CommitObject
        do throws(ReachRefusal) {
            object = try view.reach.commit(commit, view.source, name: view.name)
        } catch {
            throw Refusal(error)
        }
        let inventory = try view.inventory(commit)
        let signed = signer(object, commit)
        let pairs: [(String, String)] = [
            (
                "source",
                "\(view.name): \(view.source.url), \(view.source.reference.text), "
                    + "folder \(view.source.path)"
            ),
            ("commit", commit),
            ("standing", view.standing(of: commit)),
            (
                "committed",
                "\(Clock.text(object.committed * 1000)) by \(object.committer), "
                    + "\(Span.words(Clock.now() - object.committed * 1000)) ago"
            ),
            ("signed", signed),
            ("pinned", pinned(commit)),
        ]
        guard !Terminal.isForMachines else {
            var data: JSONValue = ["commit": .string(commit)]
            for (key, text) in pairs where key != "commit" { data[key] = .string(text) }
            data["committed-at"] = .int(object.committed)
            data["tree"] = .string(object.tree)
            Terminal.emit(Record.of(kind: "desired-state", data: data))
            emit(inventory)
            return .recovered
        }
        for (key, text) in pairs { line(key, text) }
        say(inventory)
        return .recovered
    }

    private func signer(_ object: CommitObject, _ commit: String) -> String {
        guard view.source.signers != nil else {
            return object.signature == nil
                ? "no, and the binding asks for nobody"
                : "yes, unchecked: the binding names no signers"
        }
        do throws(ReachRefusal) {
            guard let signer = try view.reach.signer(of: object, commit, view.source) else {
                return "no"
            }
            return "by \(signer.name) (\(signer.form.rawValue), \(signer.key))"
        } catch {
            return "NOT PROVEN: \(error.words)"
        }
    }

    private func pinned(_ commit: String) -> String {
        guard let last = view.last else { return "never, as \(view.site.journal) says" }
        let age = Span.words(Clock.now() - last.pinned)
        let signer = last.signer.map { ", signed by \($0)" } ?? ""
        return "\(last.commit == commit ? "this commit" : last.commit) by run \(last.run), "
            + "\(age) ago\(signer)"
    }

    private func line(_ key: String, _ text: String) {
        Terminal.say("\(key)\(String(repeating: " ", count: max(1, 12 - key.count)))\(text)")
    }

    // MARK: the inventory

    private func say(_ inventory: Inventory) {
        line("objects", "\(inventory.wanted.count) in \(inventory.bringers.count) folders")
        for object in inventory.objects {
            let mark =
                switch object.standing {
                case .plain: ""
                case .input: "  (input of what is computed)"
                case .leftOut: "  (nothing brings it)"
                }
            Terminal.say("  \(object.name)  \(object.file):\(object.line)\(mark)")
        }
        for image in inventory.images {
            line("image", "\(image.reference)  \(image.users.count) users")
        }
        for sealed in inventory.sealed { line("sealed", "\(sealed.name)  \(sealed.scope)") }
        let secrets = inventory.secretsNamed
        if !secrets.isEmpty {
            let open = secrets.count { !$0.isMade }
            line("secrets", "\(secrets.count) named, \(open) of them made by no manifest")
        }
        let defined = inventory.storageClassesDefined
        for (name, users) in inventory.storageClassesUsed.sorted(by: { $0.key < $1.key }) {
            let place = defined.contains(name) ? "defined here" : "not defined here"
            line("storage", "\(name)  \(users.count) claims, \(place)")
        }
        for part in inventory.unrendered {
            line("computed", "\(part.form) in \(part.place), not rendered: \(part.why)")
        }
        for fault in inventory.faults { line("fault", fault.description) }
    }

    private func emit(_ inventory: Inventory) {
        for object in inventory.objects {
            Terminal.emit(Record.of(kind: "object", data: object.json))
        }
        for image in inventory.images {
            Terminal.emit(
                Record.of(
                    kind: "image",
                    data: [
                        "image": .string(image.reference), "registry": .string(image.registry),
                        "users": .array(image.users.map { .string($0.description) }),
                    ]))
        }
        for sealed in inventory.sealed {
            Terminal.emit(
                Record.of(
                    kind: "sealed-secret",
                    data: [
                        "namespace": .string(sealed.name.namespace),
                        "name": .string(sealed.name.name), "scope": .string(sealed.scope),
                    ]))
        }
        for secret in inventory.secretsNamed {
            Terminal.emit(Record.of(kind: "secret", data: secret.json))
        }
        for part in inventory.unrendered {
            Terminal.emit(Record.of(kind: "not-rendered", data: part.json))
        }
        for fault in inventory.faults {
            Terminal.emit(
                Record.of(
                    kind: "fault",
                    data: [
                        "file": .string(fault.file), "line": .int(fault.line),
                        "code": .string(fault.code), "text": .string(fault.reason),
                    ]))
        }
    }
}

public import Estates
public import JSON
public import RecoveryEngine

/// What a pin proves, and in which order: nothing is kept as verified before
/// all of it holds.
extension Reach {
    /// Fetches `source` into `refs/incoming`, proves its newest commit and only
    /// then moves it to `refs/verified`.
    ///
    /// - Parameter pins: what was pinned before, as the journal says.
    public func pin(
        _ source: Binding.Source, name: String, after pins: Pins, attempt: String
    ) -> Pinning {
        do throws(ReachRefusal) {
            let (head, offline) = try newest(source, name: name, after: pins, attempt: attempt)
            var pin: JSONValue = [
                "source": .string(name), "url": .string(source.url),
                source.reference.kind: .string(source.reference.name),
                "commit": .string(head.commit), "committed": .int(head.committed),
                "descends-from": .string(pins.at(source.url).last?.commit ?? "none"),
            ]
            for (key, value) in try proof(source, name, head.commit, pins) { pin[key] = value }
            if let offline {
                pin["offline"] = offline
                return .pinned(pin)
            }
            _ = try call(
                ["accept"] + place(source, name) + ["--commit", head.commit, "--attempt", attempt])
            return .pinned(pin)
        } catch {
            return error.isRefuted ? .refuted(error.words) : .failed(error.words)
        }
    }

    /// The source's newest commit; where the source does not answer, the last
    /// verified one and what is to be said about it.
    private func newest(
        _ source: Binding.Source, name: String, after pins: Pins, attempt: String
    ) throws(ReachRefusal) -> (Head, offline: JSONValue?) {
        do throws(ReachRefusal) {
            return (try head(of: source, name: name, attempt: attempt), nil)
        } catch {
            let retained = try retained(
                source, name: name, after: pins.at(source.url), instead: error)
            return (retained.head, retained.json)
        }
    }

    /// Everything that must hold of `commit` before it is pinned, and what was
    /// found; it moves nothing.
    public func proof(
        _ source: Binding.Source, _ name: String, _ commit: String, _ pins: Pins
    ) throws(ReachRefusal) -> [String: JSONValue] {
        let pins = pins.at(source.url)
        try refuseMoved(source, commit, pins)
        let proof = try descent(source, name, commit, pins.last)
        let object = try self.commit(commit, source, name: name)
        var found: [String: JSONValue] = [
            "tree": proof["tree"] ?? "", "files": .int(proof["files"]?.array?.count ?? 0),
            "author": .string(object.author),
        ]
        found["signed"] = try signer(of: object, commit, source)?.json ?? "nobody was asked for"
        let inventory = try inventory(of: commit, source, name: name)
        try refuseUnreadable(inventory, commit)
        found["objects"] = .int(inventory.wanted.count)
        found["not-rendered"] = .int(inventory.unrendered.count)
        return found
    }

    /// A manifest that does not parse stops the engine that meets it, halfway.
    private func refuseUnreadable(
        _ inventory: Inventory, _ commit: String
    ) throws(ReachRefusal) {
        let faults = inventory.faults.filter { $0.code != "DS-KIND" }
        guard !faults.isEmpty else { return }
        let shown = faults.prefix(3).map(\.description).joined(separator: "; ")
        let more = faults.count > 3 ? " and \(faults.count - 3) more" : ""
        throw ReachRefusal(
            "GT-MANIFEST", "commit \(commit) has manifests that do not parse: \(shown)\(more)",
            do: "Mend them and push; to see all: recover desired-state check")
    }

    /// A tag names one commit for ever, or it proves nothing.
    private func refuseMoved(
        _ source: Binding.Source, _ commit: String, _ pins: [PinRecord]
    ) throws(ReachRefusal) {
        guard case .tag(let tag) = source.reference,
            let then = pins.last(where: { $0.reference == source.reference }),
            then.commit != commit
        else { return }
        throw ReachRefusal(
            "GT-MOVED",
            "tag \(tag) is \(commit) now, and run \(then.run) pinned it as \(then.commit)",
            do: "Find out who moved it and have it put back; what is newer gets a tag of its own.")
    }

    private func descent(
        _ source: Binding.Source, _ name: String, _ commit: String, _ last: PinRecord?
    ) throws(ReachRefusal) -> JSONValue {
        do throws(ReachRefusal) {
            return try call([
                "prove", "--mirror", mirror(source, name), "--incoming", commit, "--last",
                last?.commit ?? "none", "--path", source.path,
            ])
        } catch {
            guard error.code == "GT-ROLLBACK" else { throw error }
            throw ReachRefusal(
                error.code,
                "\(commit) does not descend from \(last?.commit ?? ""), which run "
                    + "\(last?.run ?? "") pinned: it was moved back or written anew",
                do:
                    "Find out who moved \(source.reference.text) and have it put back. To go back on "
                    + "purpose, make a commit on top that says so: git revert, then git push")
        }
    }

    /// Who signed `commit`; nil where the binding asks for nobody.
    public func signer(
        of object: CommitObject, _ commit: String, _ source: Binding.Source
    ) throws(ReachRefusal) -> Signer? {
        guard let signers = source.signers else { return nil }
        guard let signature = object.signature else {
            throw ReachRefusal(
                "GT-SIG", "commit \(commit) is not signed, and the binding asks for a signature",
                do: "Have a signer commit on top with: git commit -S --allow-empty")
        }
        do throws(ReachRefusal) {
            return try SignatureCheck(signers, folder: mirrors, program: tool)
                .signer(of: object.payload, signature)
        } catch {
            throw ReachRefusal(
                error.code, "commit \(commit): \(error.reason)", do: error.remedy)
        }
    }
}

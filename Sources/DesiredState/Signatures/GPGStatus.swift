/// What `gpgv --status-fd` says, of which everything counts: its exit code is 0
/// for keys that have expired or were revoked, too.
struct GPGStatus {
    private let lines: [(word: String, values: [String])]

    init(_ text: String) {
        lines = text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, words.removeFirst() == "[GNUPG:]" else { return nil }
            return (words.removeFirst(), words)
        }
    }

    private func values(_ word: String) -> [[String]] {
        lines.filter { $0.word == word }.map(\.values)
    }

    private static let objections = [
        "REVKEYSIG": "the key was revoked", "EXPKEYSIG": "the key has expired",
        "EXPSIG": "the signature has expired", "BADSIG": "it is over something else",
        "NO_PUBKEY": "no listed OpenPGP signer made it", "ERRSIG": "it cannot be checked",
    ]

    /// Why it proves nothing; nil where nothing speaks against it.
    var objection: String? {
        for word in ["REVKEYSIG", "EXPKEYSIG", "EXPSIG", "BADSIG", "NO_PUBKEY", "ERRSIG"]
        where !values(word).isEmpty {
            return Self.objections[word]
        }
        return nil
    }

    /// The one who made the one signature there is.
    func signer() throws(ReachRefusal) -> Signer {
        if let objection { throw .unsigned(objection) }
        guard values("NEWSIG").count == 1, values("GOODSIG").count == 1,
            values("VALIDSIG").count == 1, let good = values("GOODSIG").first,
            let valid = values("VALIDSIG").first, valid.count >= 9
        else { throw .unsigned("it is not one good signature") }
        // MD5, SHA-1, RIPE-MD: two payloads can have one digest.
        guard !["1", "2", "3"].contains(valid[7]) else { throw .unsigned("its digest is weak") }
        guard ["00", "01"].contains(valid[8]) else { throw .unsigned("it is over no document") }
        let name = good.dropFirst().joined(separator: " ")
        return Signer(name: name, form: .openpgp, key: valid.last ?? "")
    }
}

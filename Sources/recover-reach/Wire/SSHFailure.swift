/// What ssh meant when it ended without git's answer.
struct SSHFailure {
    let source: SourceURL
    /// What it wrote on standard error.
    let words: String
    let hasAnswered: Bool
    let hasCredential: Bool

    var refusal: Refusal {
        if words.contains("Host key verification failed")
            || words.contains("no matching host key type found")
        {
            let key = fingerprint.map { " (\($0))" } ?? ""
            return Refusal(
                "GT-HOSTKEY", "\(source.text) shows a host key\(key) that is not pinned",
                do:
                    "Somebody may stand between, or the server was set up anew. Compare the key at the "
                    + "server's console; only if it is the server's, put it into host-keys of the source "
                    + "in the binding.", exit: .failed)
        }
        if words.contains("Permission denied") || words.contains("Too many authentication failures")
        {
            let reason = hasCredential ? "refuses the key of its credentials" : "wants a key"
            return Refusal(
                "GT-AUTH", "\(source.text) \(reason)",
                do:
                    "Let the server accept the public key, and name the private key's file (mode 0600) in "
                    + "secrets and as credentials of the source in the binding.", exit: .failed)
        }
        let gone = ["does not appear to be a git repository", "not found", "does not exist"]
        if !hasAnswered, gone.contains(where: words.contains), !isConnectionTrouble {
            return Refusal(
                "GT-GONE", "there is no repository \(source.text): \(last)",
                do: "Correct the source's url in the binding; a private one may hide itself so.",
                exit: .failed)
        }
        return HTTPSFailure.unreachable(
            source, "\(hasAnswered ? "broke off" : "cannot be reached"): \(last)")
    }

    private var isConnectionTrouble: Bool {
        words.contains("Could not resolve hostname") || words.contains("ssh: connect to host")
    }

    /// `SHA256:…` of the key that was shown.
    private var fingerprint: String? {
        guard let start = words.firstRange(of: "SHA256:") else { return nil }
        let digits = words[start.upperBound...].prefix {
            $0.isASCII && !$0.isWhitespace && $0 != "."
        }
        return "SHA256:" + String(digits.prefix(43)).shown
    }

    /// The last line it wrote.
    private var last: String {
        let line = words.split(whereSeparator: \.isNewline).last.map(String.init)
        return line?.shown ?? "ssh ended without a word"
    }
}

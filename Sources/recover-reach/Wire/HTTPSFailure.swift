internal import CCurl

/// What an answer that is not git's, or no answer, means.
struct HTTPSFailure {
    let code: CURLcode
    let source: SourceURL
    /// What was shown, and OpenSSL's judgement of it.
    let peer: ccurl_peer
    let status: Int
    let kind: String
    let redirection: String?
    let explanation: String
    let hasCredential: Bool

    /// Why an answer is not taken, or nil.
    func objection(wanting wanted: String) -> Refusal? {
        switch status {
        case 200:
            guard kind.prefix(while: { $0 != ";" }) != wanted else { return nil }
            return Refusal(
                "GT-GIT", "\(source.text) answers with '\(kind.shown)', which is not git's",
                do:
                    "Look at the address in a browser: it may be a log-in page, or not a repository.",
                exit: .failed)
        case 300..<400: return redirected
        case 401, 403:
            let reason = hasCredential ? "refuses the credential" : "wants a credential"
            return Refusal(
                "GT-AUTH", "\(source.text) \(reason) (HTTP \(status))",
                do:
                    "Put USER:PASSWORD or a token into a file of mode 0600, and name it in secrets and as "
                    + "credentials of the source in the binding.", exit: .failed)
        case 404, 410:
            return Refusal(
                "GT-GONE", "there is no repository \(source.text) (HTTP \(status))",
                do: "Correct the source's url in the binding; a private one may hide itself so.",
                exit: .failed)
        default:
            return Self.unreachable(source, "answers with HTTP \(status)")
        }
    }

    /// Why there is no answer.
    var refusal: Refusal {
        switch code {
        // A handshake that broke off before a certificate was refused is a cut wire.
        case CURLE_SSL_CONNECT_ERROR where peer.error == X509_V_OK:
            return Self.unreachable(source, "broke off TLS's handshake: \(explanation.shown)")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: return untrusted
        case CURLE_SSL_CACERT_BADFILE:
            return Refusal(
                "GT-FILE", "no authorities could be read: \(explanation.shown)",
                do: "Let ca of the source in the binding, or /etc/ssl/certs without it, hold PEM "
                    + "certificates.", exit: .refused)
        case CURLE_COULDNT_RESOLVE_HOST: return Self.unreachable(source, "has a host nobody knows")
        case CURLE_COULDNT_CONNECT:
            return Self.unreachable(source, "cannot be connected to: \(explanation.shown)")
        default: return Self.unreachable(source, "broke off: \(explanation.shown)")
        }
    }

    static func unusable(_ reason: String) -> Refusal {
        Refusal(
            "GT-HTTPS", reason, do: "Install libcurl4, the libcurl with OpenSSL.", exit: .failed)
    }

    /// Nobody is there: what was verified last may be used instead.
    static func unreachable(_ source: SourceURL, _ reason: String) -> Refusal {
        Refusal(
            "GT-NET", "\(source.text) \(reason)",
            do: "Check the network and the server; the last verified commit stays usable.",
            exit: .failed)
    }

    /// Where to is said as far as the host: the rest is the other side's text.
    private var redirected: Refusal {
        let place = redirection.flatMap { text -> String? in
            guard let scheme = text.firstRange(of: "://") else { return nil }
            let host = text[scheme.upperBound...].prefix { !"/?#@".contains($0) }
            return " to " + String(text[..<scheme.upperBound] + host).shown
        }
        return Refusal(
            "GT-REDIRECT",
            "\(source.text) redirects\(place ?? "") (HTTP \(status)); that is never followed",
            do: "If the repository has moved, write its new address into the binding yourself.",
            exit: .failed)
    }

    private var untrusted: Refusal {
        let subject = TransferFailure.subject(of: peer.refused)
        let whose = subject.isEmpty ? "" : " (\(subject.shown))"
        let reason: String
        var remedy =
            "Somebody may stand between, or the server has another authority: compare its certificate "
            + "at the server, then set ca of the source in the binding."
        switch peer.error {
        case X509_V_OK, X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            reason = explanation.shown
        case X509_V_ERR_CERT_HAS_EXPIRED:
            reason = "it expired on \(Moment.text(peer.refused.expires))"
            remedy = "Renew it at the server; if it is valid, check this machine's clock."
        case X509_V_ERR_CERT_NOT_YET_VALID:
            reason = "it is not valid before \(Moment.text(peer.refused.begins))"
            remedy = "Check the clock of this machine and of the one that issued it."
        default: reason = String(cString: X509_verify_cert_error_string(Int(peer.error)))
        }
        return Refusal(
            "GT-TLS", "\(source.text) shows a certificate\(whose) that is not trusted: \(reason)",
            do: remedy, exit: .failed)
    }
}

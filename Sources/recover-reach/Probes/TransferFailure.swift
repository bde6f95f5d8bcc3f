internal import CCurl
internal import Glibc

/// What a transfer that ended without an answer means.
struct TransferFailure {
    let code: CURLcode
    /// The kernel's judgement of the connection.
    let system: Int32
    /// What libcurl says.
    let explanation: String
    /// What was shown, and OpenSSL's judgement of it.
    let peer: ccurl_peer
    let request: HTTPRequest

    var refusal: Refusal {
        let whom = "\(request.url.hostText):\(request.url.port)"
        let there = request.address.map { "\(whom) at \($0)" } ?? whom
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return ProbeFamily.http.timedOut(there, after: request.milliseconds)
        case CURLE_COULDNT_RESOLVE_HOST:
            return ProbeFamily.http.failed(
                "HOST", "\(request.url.hostText) was not found",
                do: "Check the name, or give the address with --address.")
        case CURLE_COULDNT_CONNECT where system == ECONNREFUSED:
            return ProbeFamily.http.failed(
                "REFUSED", "\(there) refuses connections",
                do: "Check that the service runs and listens on that port.")
        case CURLE_COULDNT_CONNECT where system == ETIMEDOUT:
            return ProbeFamily.http.timedOut(there, after: request.milliseconds)
        case CURLE_PEER_FAILED_VERIFICATION: return certificateRefusal(there)
        case CURLE_SSL_CACERT_BADFILE:
            return ProbeFamily.http.refused(
                "FILE", "no certificates could be read: \(explanation.shown)",
                do: "Check that --ca, or /etc/ssl/certs without it, holds PEM certificates.")
        case CURLE_SSL_CERTPROBLEM:
            return ProbeFamily.http.refused(
                "FILE", "--cert and --key cannot be used: \(explanation.shown)",
                do: "Check that both are PEM, belong together, and that the key has no passphrase.")
        default:
            return ProbeFamily.http.failed(
                "FAILED", "\(there) gave no HTTP answer: \(explanation.shown)",
                do: "Look at the log of the service that listens there.")
        }
    }

    private func certificateRefusal(_ there: String) -> Refusal {
        let refused = Self.describe(peer.refused)
        switch peer.error {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return ProbeFamily.http.failed(
                "EXPIRED",
                "\(there) shows a certificate\(refused) that expired on "
                    + Moment.text(peer.refused.expires),
                do: "Renew that certificate; if it is valid, check this machine's clock.")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return ProbeFamily.http.failed(
                "UNTRUSTED",
                "\(there) shows a certificate\(refused) that is not valid before "
                    + Moment.text(peer.refused.begins),
                do: "Check the clock of this machine and of the one that issued it.")
        case X509_V_OK, X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return ProbeFamily.http.failed(
                "NAME",
                "\(there) shows a certificate\(Self.describe(peer.leaf)) that is not for "
                    + "\(request.url.hostText): \(explanation.shown)",
                do: "Check that the address is the right one and that the certificate has the name."
            )
        default:
            let reason = String(cString: X509_verify_cert_error_string(Int(peer.error)))
            return ProbeFamily.http.failed(
                "UNTRUSTED",
                "\(there) shows a certificate\(refused) that is not trusted: \(reason)",
                do: "Give the authority that issued it with --ca, if that is yours.")
        }
    }

    private static func describe(_ certificate: ccurl_certificate) -> String {
        let subject = subject(of: certificate)
        return subject.isEmpty ? "" : " (\(subject.shown))"
    }

    static func subject(of certificate: ccurl_certificate) -> String {
        withUnsafePointer(to: certificate) { String(cString: ccurl_subject($0)) }
    }
}

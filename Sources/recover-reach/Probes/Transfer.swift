internal import CCurl
internal import Glibc

/// Owns one libcurl handle: one request, to one place, with nothing of this
/// machine's or user's configuration.
final class Transfer {
    private let curl: CurlHandle
    /// What the callbacks of libcurl noted.
    let notes: TransferNotes
    private let request: HTTPRequest

    var handle: UnsafeMutableRawPointer { curl.raw }
    var peer: UnsafeMutablePointer<ccurl_peer> { curl.peer }

    init(_ request: HTTPRequest) throws(Refusal) {
        guard let curl = CurlHandle() else { throw Self.unusable("it does not start") }
        self.curl = curl
        self.request = request
        notes = TransferNotes(bodyLimit: request.bodyLimit)
        let codes = general + destination + trust + callbacks
        if let failed = codes.first(where: { $0 != CURLE_OK }) {
            throw Self.unusable(String(cString: curl_easy_strerror(failed)))
        }
    }

    /// Blocks until there is an answer, an error, or the deadline.
    func perform() -> CURLcode { curl_easy_perform(handle) }

    /// What libcurl says about its error.
    func explanation(of code: CURLcode) -> String { curl.explanation(of: code) }

    private static func unusable(_ reason: String) -> Refusal {
        ProbeFamily.http.failed(
            "FAILED", "libcurl cannot be used: \(reason)",
            do: "Install libcurl4, the libcurl with OpenSSL.")
    }

    private var general: [CURLcode] {
        curl.closed(schemes: "http,https") + [
            curl.set(CURLOPT_USERAGENT, "recover-reach"),
            // Without it libcurl would wait for a look-up that outlives the deadline.
            curl.set(CURLOPT_QUICK_EXIT, 1),
            curl.set(CURLOPT_TIMEOUT_MS, request.milliseconds),
            curl.set(CURLOPT_CONNECTTIMEOUT_MS, request.milliseconds),
        ]
    }

    private var destination: [CURLcode] {
        var codes = [
            curl.set(CURLOPT_URL, request.url.text),
            curl.set(CURLOPT_NOBODY, request.method == .head ? 1 : 0),
            curl.set(CURLOPT_HTTPHEADER, list: request.headers.map(\.line)),
        ]
        if let address = request.address {
            // Empty host and port: whatever the URL names, connect to this.
            let place = address.isV6 ? "::[\(address)]:" : "::\(address):"
            codes.append(curl.set(CURLOPT_CONNECT_TO, list: [place]))
        }
        return codes
    }

    private var trust: [CURLcode] {
        var codes = curl.trusting(request.authorities)
        if let identity = request.identity {
            codes += [
                curl.set(CURLOPT_SSLCERT_BLOB, identity.certificate),
                curl.set(CURLOPT_SSLKEY_BLOB, identity.key),
                // An encrypted key is an error; OpenSSL would ask the terminal.
                curl.set(CURLOPT_KEYPASSWD, ""),
            ]
        }
        return codes
    }

    private var callbacks: [CURLcode] {
        let context = Unmanaged.passUnretained(notes).toOpaque()
        return [
            ccurl_on_body(
                handle,
                { bytes, size, count, context in
                    TransferNotes.at(context)?.body(bytes, size * count) ?? 0
                }, context),
            ccurl_on_header(
                handle,
                { _, size, count, context in TransferNotes.at(context)?.header(size * count) ?? 0 },
                context),
            ccurl_on_open(
                handle,
                { context, _, address in
                    TransferNotes.at(context)?.open(address) ?? CURL_SOCKET_BAD
                }, context),
        ]
    }
}

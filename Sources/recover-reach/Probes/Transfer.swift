internal import CCurl
internal import Glibc

/// Owns one libcurl handle: one request, to one place, with nothing of this
/// machine's or user's configuration.
final class Transfer {
    let handle: UnsafeMutableRawPointer
    let peer = UnsafeMutablePointer<ccurl_peer>.allocate(capacity: 1)
    /// What the callbacks of libcurl noted.
    let notes: TransferNotes
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []
    private let request: HTTPRequest

    init(_ request: HTTPRequest) throws(Refusal) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let handle = curl_easy_init()
        else {
            throw Self.unusable("it does not start")
        }
        self.handle = handle
        self.request = request
        notes = TransferNotes(bodyLimit: request.bodyLimit)
        peer.initialize(to: ccurl_peer())
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let codes = general + destination + trust + callbacks
        if let failed = codes.first(where: { $0 != CURLE_OK }) {
            throw Self.unusable(String(cString: curl_easy_strerror(failed)))
        }
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        peer.deallocate()
        words.deallocate()
    }

    /// Blocks until there is an answer, an error, or the deadline.
    func perform() -> CURLcode { curl_easy_perform(handle) }

    /// What libcurl says about its error.
    func explanation(of code: CURLcode) -> String {
        let text = String(cString: words)
        return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }

    private static func unusable(_ reason: String) -> Refusal {
        ProbeFamily.http.failed(
            "FAILED", "libcurl cannot be used: \(reason)",
            do: "Install libcurl4, the libcurl with OpenSSL.")
    }

    private func set(_ option: CURLoption, _ value: Int) -> CURLcode {
        ccurl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String?) -> CURLcode {
        ccurl_set_string(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: [UInt8]) -> CURLcode {
        ccurl_set_blob(handle, option, value, value.count)
    }

    private func set(_ option: CURLoption, list texts: [String]) -> CURLcode {
        let list = texts.reduce(UnsafeMutablePointer<curl_slist>?.none) { list, text in
            curl_slist_append(list, text) ?? list
        }
        lists.append(list)
        return ccurl_set_list(handle, option, list)
    }

    private var general: [CURLcode] {
        [
            ccurl_set_error_buffer(handle, words),
            set(CURLOPT_PROTOCOLS_STR, "http,https"),
            set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https"),
            set(CURLOPT_FOLLOWLOCATION, 0), set(CURLOPT_PROXY, ""), set(CURLOPT_NOPROXY, "*"),
            set(CURLOPT_NETRC, 0), set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            set(CURLOPT_PATH_AS_IS, 1), set(CURLOPT_HTTP09_ALLOWED, 0),
            set(CURLOPT_USERAGENT, "recover-reach"), set(CURLOPT_NOSIGNAL, 1),
            // Without it libcurl would wait for a look-up that outlives the deadline.
            set(CURLOPT_QUICK_EXIT, 1),
            set(CURLOPT_TIMEOUT_MS, request.milliseconds),
            set(CURLOPT_CONNECTTIMEOUT_MS, request.milliseconds),
        ]
    }

    private var destination: [CURLcode] {
        var codes = [
            set(CURLOPT_URL, request.url.text),
            set(CURLOPT_NOBODY, request.method == .head ? 1 : 0),
            set(CURLOPT_HTTPHEADER, list: request.headers.map(\.line)),
        ]
        if let address = request.address {
            // Empty host and port: whatever the URL names, connect to this.
            let place = address.isV6 ? "::[\(address)]:" : "::\(address):"
            codes.append(set(CURLOPT_CONNECT_TO, list: [place]))
        }
        return codes
    }

    private var trust: [CURLcode] {
        var codes = [
            set(CURLOPT_SSL_VERIFYPEER, 1), set(CURLOPT_SSL_VERIFYHOST, 2),
            set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            ccurl_set_peer(handle, peer),
        ]
        if let authorities = request.authorities {
            // The one given stands instead of the system's, not beside them.
            codes += [set(CURLOPT_CAPATH, nil), set(CURLOPT_CAINFO_BLOB, authorities)]
        }
        if let identity = request.identity {
            codes += [
                set(CURLOPT_SSLCERT_BLOB, identity.certificate),
                set(CURLOPT_SSLKEY_BLOB, identity.key),
                // An encrypted key is an error; OpenSSL would ask the terminal.
                set(CURLOPT_KEYPASSWD, ""),
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

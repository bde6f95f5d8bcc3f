internal import CCurl

/// Owns one libcurl handle that follows nothing of this machine's or user's
/// configuration: no proxy, no redirect, no netrc, no user in a URL.
final class CurlHandle {
    let raw: UnsafeMutableRawPointer
    /// What the other side showed of itself.
    let peer = UnsafeMutablePointer<ccurl_peer>.allocate(capacity: 1)
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []

    /// Nil when libcurl does not start.
    init?() {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK,
            let handle = curl_easy_init()
        else { return nil }
        raw = handle
        peer.initialize(to: ccurl_peer())
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(raw)
        for list in lists { curl_slist_free_all(list) }
        peer.deallocate()
        words.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) -> CURLcode {
        ccurl_set_long(raw, option, value)
    }

    func set(_ option: CURLoption, _ value: String?) -> CURLcode {
        ccurl_set_string(raw, option, value)
    }

    func set(_ option: CURLoption, _ value: [UInt8]) -> CURLcode {
        ccurl_set_blob(raw, option, value, value.count)
    }

    /// A list libcurl reads until the handle is gone.
    func set(_ option: CURLoption, list texts: [String]) -> CURLcode {
        let list = texts.reduce(UnsafeMutablePointer<curl_slist>?.none) { list, text in
            curl_slist_append(list, text) ?? list
        }
        lists.append(list)
        return ccurl_set_list(raw, option, list)
    }

    /// Closes what libcurl would do by itself; `schemes` are the allowed ones.
    func closed(schemes: String) -> [CURLcode] {
        [
            ccurl_set_error_buffer(raw, words),
            set(CURLOPT_PROTOCOLS_STR, schemes), set(CURLOPT_REDIR_PROTOCOLS_STR, schemes),
            set(CURLOPT_FOLLOWLOCATION, 0), set(CURLOPT_PROXY, ""), set(CURLOPT_NOPROXY, "*"),
            set(CURLOPT_NETRC, 0), set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            set(CURLOPT_PATH_AS_IS, 1), set(CURLOPT_HTTP09_ALLOWED, 0),
            set(CURLOPT_NOSIGNAL, 1),
        ]
    }

    /// Whom to trust; `authorities` stand instead of the system's, not beside them.
    func trusting(_ authorities: [UInt8]?) -> [CURLcode] {
        let codes = [
            set(CURLOPT_SSL_VERIFYPEER, 1), set(CURLOPT_SSL_VERIFYHOST, 2),
            set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), ccurl_set_peer(raw, peer),
        ]
        guard let authorities else { return codes }
        return codes + [set(CURLOPT_CAPATH, nil), set(CURLOPT_CAINFO_BLOB, authorities)]
    }

    /// What libcurl says about its error.
    func explanation(of code: CURLcode) -> String {
        let text = String(cString: words)
        return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }
}

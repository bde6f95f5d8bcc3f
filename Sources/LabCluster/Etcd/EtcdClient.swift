internal import CCurl
import JSON

/// etcd's JSON gateway over HTTPS, with a client certificate: one connection
/// that is kept, to whichever member answers.
///
/// Not shared between threads; whoever owns it serializes.
final class EtcdClient {
    private let handle: UnsafeMutableRawPointer
    private let header: UnsafeMutablePointer<curl_slist>?
    /// `https://10.0.0.1:2379` of each member to ask, in order.
    var endpoints: [String]

    /// A client with these credentials; without, for an etcd without TLS.
    init(endpoints: [String], credentials: EtcdCredentials?) throws(EtcdError) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let handle = curl_easy_init()
        else { throw EtcdError(description: "libcurl does not start") }
        self.handle = handle
        self.endpoints = endpoints
        header = curl_slist_append(nil, "Content-Type: application/json")
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, header)
        if let credentials {
            ccurl_set_string(handle, CURLOPT_CAINFO, credentials.authority)
            ccurl_set_string(handle, CURLOPT_SSLCERT, credentials.certificate)
            ccurl_set_string(handle, CURLOPT_SSLKEY, credentials.key)
        }
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 1000)
        ccurl_set_string(handle, CURLOPT_PROXY, "")
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(header)
    }

    /// Asks `/v3/…` and gives the answer; `patience` in milliseconds.
    func call(_ path: String, _ body: JSONValue, patience: Int = 5000) throws -> JSONValue {
        var last = EtcdError(description: "etcd has no member to ask", wasRefused: true)
        for (index, endpoint) in endpoints.enumerated() {
            do {
                let answer = try post(endpoint + path, body, patience)
                // The next question goes where this one was answered.
                if index > 0 { endpoints.swapAt(0, index) }
                return answer
            } catch {
                guard error.wasRefused else { throw error }
                last = error
            }
        }
        throw last
    }

    private func post(
        _ url: String, _ body: JSONValue, _ patience: Int
    ) throws(EtcdError) -> JSONValue {
        var received: [UInt8] = []
        let code = withUnsafeMutablePointer(to: &received) { received -> CURLcode in
            ccurl_set_string(handle, CURLOPT_URL, url)
            ccurl_set_string(handle, CURLOPT_COPYPOSTFIELDS, body.text)
            ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, patience)
            ccurl_on_body(
                handle,
                { bytes, size, count, context in
                    guard let bytes, let context else { return 0 }
                    context.assumingMemoryBound(to: [UInt8].self).pointee +=
                        UnsafeRawBufferPointer(start: bytes, count: size * count)
                    return size * count
                }, received)
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK else {
            throw EtcdError(
                description: "\(url): \(String(cString: curl_easy_strerror(code)))",
                wasRefused: code == CURLE_COULDNT_CONNECT)
        }
        guard let answer = try? JSONValue(parsing: received) else {
            throw EtcdError(description: "\(url) answered no JSON")
        }
        if let words = answer["error"]?.string { throw EtcdError(description: words) }
        return answer
    }
}

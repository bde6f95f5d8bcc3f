internal import CCurl
internal import Glibc

/// Smart HTTP over libcurl: one GET for the refs, one POST for each round of
/// the negotiation, all to one server over one connection.
///
/// Debian's libgit2 speaks TLS through mbedTLS 2.28, which knows no TLS 1.3 and
/// no certificate for an IP address; libcurl's OpenSSL knows both.
final class HTTPSWire: Wire {
    let isStateless = true
    private let source: SourceURL
    private let base: String
    private let authorization: String?
    private let curl: CurlHandle
    private let multi: UnsafeMutableRawPointer
    private var arrived: [UInt8] = []
    private var taken = 0
    private var isRunning = false
    /// The answer's kind, as the request wants it.
    private var wanted = ""
    private var objection: Refusal?

    init(_ source: SourceURL, _ trust: Trust) throws(Refusal) {
        guard case .https(let host, let port) = source.transport, let curl = CurlHandle(),
            let multi = curl_multi_init()
        else { throw HTTPSFailure.unusable("libcurl does not start") }
        self.source = source
        self.curl = curl
        self.multi = multi
        base = "https://\(host):\(port)\(source.path)"
        authorization = try trust.authorization()
        let codes =
            curl.closed(schemes: "https") + curl.trusting(trust.authorities) + [
                curl.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
                // Some servers tell git from a browser by this.
                curl.set(CURLOPT_USERAGENT, "git/2.0 (recover-reach)"),
                ccurl_on_body(
                    curl.raw,
                    { bytes, size, count, wire in
                        guard let wire else { return 0 }
                        return Unmanaged<HTTPSWire>.fromOpaque(wire).takeUnretainedValue()
                            .take(bytes, size * count)
                    }, Unmanaged.passUnretained(self).toOpaque()),
            ]
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            throw HTTPSFailure.unusable("libcurl refuses its settings")
        }
    }

    deinit {
        end()
        curl_multi_cleanup(multi)
    }

    func askForRefs() throws(Refusal) {
        Phase.enter(.connecting)
        try start(
            "/info/refs?service=git-upload-pack",
            answer: "application/x-git-upload-pack-advertisement",
            [curl.set(CURLOPT_HTTPGET, 1)], headers: [])
    }

    func askForPack() throws(Refusal) { end() }

    func send(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard let first = bytes.baseAddress else { return }
        let body = [
            curl.set(CURLOPT_POST, 1), curl.set(CURLOPT_POSTFIELDSIZE, bytes.count),
            ccurl_set_string(
                curl.raw, CURLOPT_COPYPOSTFIELDS, first.assumingMemoryBound(to: CChar.self)),
        ]
        try start(
            "/git-upload-pack", answer: "application/x-git-upload-pack-result", body,
            headers: ["Content-Type: application/x-git-upload-pack-request", "Expect:"])
    }

    private func start(
        _ place: String, answer: String, _ codes: [CURLcode], headers: [String]
    ) throws(Refusal) {
        end()
        wanted = answer
        let own =
            ["Accept: \(answer)", "Pragma: no-cache"]
            + (authorization.map { ["Authorization: \($0)"] } ?? [])
        let all =
            codes + [
                curl.set(CURLOPT_URL, base + place),
                curl.set(CURLOPT_HTTPHEADER, list: own + headers),
            ]
        guard all.allSatisfy({ $0 == CURLE_OK }), curl_multi_add_handle(multi, curl.raw) == CURLM_OK
        else { throw HTTPSFailure.unusable("libcurl refuses a request") }
        isRunning = true
    }

    func receive(_ room: UnsafeMutableRawBufferPointer) throws(Refusal) -> Int {
        while taken == arrived.count, isRunning { try move() }
        let count = min(room.count, arrived.count - taken)
        arrived[taken..<taken + count].withUnsafeBytes { room.copyMemory(from: $0) }
        taken += count
        if taken == arrived.count {
            arrived.removeAll(keepingCapacity: true)
            taken = 0
        }
        return count
    }

    /// Moves the transfer on, and waits where nothing moved.
    private func move() throws(Refusal) {
        var running: Int32 = 0
        let code = curl_multi_perform(multi, &running)
        guard code == CURLM_OK else {
            throw HTTPSFailure.unusable("libcurl stopped (\(code.rawValue))")
        }
        if Phase.isConnecting, ccurl_long(curl.raw, CURLINFO_REQUEST_SIZE) > 0 {
            Phase.enter(.refs)
        }
        let ended = ccurl_ended(multi)
        if ended >= 0 {
            end()
            try judge(CURLcode(UInt32(ended)))
        } else if taken == arrived.count {
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
    }

    func end() {
        guard isRunning else { return }
        curl_multi_remove_handle(multi, curl.raw)
        isRunning = false
    }

    /// Takes a part of the body, of the answer that was wanted only.
    private func take(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int {
        if objection == nil { objection = failure(CURLE_OK).objection(wanting: wanted) }
        guard objection == nil else { return 0 }
        arrived += UnsafeRawBufferPointer(start: bytes, count: count)
        return count
    }

    private func judge(_ code: CURLcode) throws(Refusal) {
        if let objection { throw objection }
        let failure = failure(code)
        guard code == CURLE_OK else { throw failure.refusal }
        if let objection = failure.objection(wanting: wanted) { throw objection }
    }

    private func failure(_ code: CURLcode) -> HTTPSFailure {
        HTTPSFailure(
            code: code, source: source, peer: curl.peer.pointee,
            status: ccurl_long(curl.raw, CURLINFO_RESPONSE_CODE),
            kind: ccurl_text(curl.raw, CURLINFO_CONTENT_TYPE).map { String(cString: $0) } ?? "",
            redirection: ccurl_text(curl.raw, CURLINFO_REDIRECT_URL).map { String(cString: $0) },
            explanation: curl.explanation(of: code), hasCredential: authorization != nil)
    }
}

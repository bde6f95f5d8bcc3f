internal import CCurl
internal import Glibc
import JSON

/// `http`: one request, and what was answered.
struct HTTPProbe {
    private let request: HTTPRequest

    init(_ invocation: Invocation) throws(Refusal) { request = try HTTPRequest(invocation) }

    func run() throws(Refusal) {
        let transfer = try Transfer(request)
        let code = transfer.perform()
        let notes = transfer.notes
        // Cut by us in the middle of the body: the answer is there.
        guard code == CURLE_OK || code == CURLE_WRITE_ERROR && notes.isTruncated else {
            throw refusal(code, of: transfer)
        }
        let certificate = HTTPResponse.Certificate(
            expires: Int(transfer.peer.pointee.leaf.expires),
            subject: TransferFailure.subject(of: transfer.peer.pointee.leaf))
        try Output.answer(
            HTTPResponse(
                status: ccurl_long(transfer.handle, CURLINFO_RESPONSE_CODE),
                headers: headers(transfer), body: notes.body, isTruncated: notes.isTruncated,
                certificate: request.url.isSecure ? certificate : nil
            ).json)
    }

    private func refusal(_ code: CURLcode, of transfer: Transfer) -> Refusal {
        if let reason = transfer.notes.objection, code == CURLE_COULDNT_CONNECT {
            return ProbeFamily.http.refused(
                "ADDRESS",
                "\(request.url.hostText) leads to an address no probe goes to: \(reason)",
                do: "Find out who changed the name, or give the right address with --address.")
        }
        if transfer.notes.hasTooManyHeaders {
            return ProbeFamily.http.failed(
                "FAILED", "\(request.url.hostText) sends more than 64 KiB of headers",
                do: "Check what really listens there.")
        }
        return TransferFailure(
            code: code, system: Int32(clamping: ccurl_long(transfer.handle, CURLINFO_OS_ERRNO)),
            explanation: transfer.explanation(of: code), peer: transfer.peer.pointee,
            request: request
        ).refusal
    }

    /// The headers of the answer itself, without those of an interim one.
    private func headers(_ transfer: Transfer) -> [String: String] {
        var headers: [String: String] = [:]
        var last: UnsafeMutablePointer<curl_header>?
        while let header = curl_easy_nextheader(transfer.handle, UInt32(CURLH_HEADER), -1, last) {
            let name = String(cString: header.pointee.name).lowercased()
            // libcurl 7.88 leaves the line's end in a value that is empty.
            let line = String(cString: header.pointee.value)
            let value = line.prefix { !$0.isNewline }
            headers[name] = headers[name].map { "\($0), \(value)" } ?? String(value)
            last = header
        }
        return headers
    }
}

internal import LabCluster

/// An HTTP request from a simulated machine to a door of the lab: names as the
/// machine resolves them, certificates as it trusts them.
struct WebClient: Sendable {
    let network: Network
    /// The machine's files.
    let root: String
    let trust: Trust

    /// Why there is no answer, in the words of Go's HTTP client.
    struct Failure: Error, CustomStringConvertible { let description: String }

    func send(_ method: String, _ url: String) throws(Failure) -> WebAnswer {
        let isSecure = url.hasPrefix("https://")
        let rest = url.drop { $0 != "/" }.dropFirst(2)
        let authority = rest.prefix { $0 != "/" }
        let host = String(authority.prefix { $0 != ":" })
        let port = authority.contains(":") ? authority.split(separator: ":").last : nil
        let target = rest.dropFirst(authority.count)
        var request = WebRequest(
            method: method, path: String(target.prefix { $0 != "?" }),
            headers: ["host": String(authority)])
        for pair in target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            request.query[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        var last = Failure(description: "dial tcp: lookup \(host): no such host")
        for address in try addresses(host) {
            let number = port.flatMap { UInt16($0) } ?? (isSecure ? 443 : 80)
            let place = Network.Place(address: address, port: number)
            switch network.answering(at: place) {
            case .plain(let answer)? where !isSecure:
                if let answer = answer(request) { return answer }
                last = Failure(description: "EOF")
            case .secure(let certificates, let answer)? where isSecure:
                if let objection = trust.objection(to: certificates(host), for: host) {
                    throw Failure(description: "tls: failed to verify certificate: \(objection)")
                }
                if let answer = answer(request) { return answer }
                last = Failure(description: "EOF")
            case .plain?:
                throw Failure(
                    description: "http: server gave HTTP response to HTTPS client")
            case .secure?, .names?: return WebAnswer(status: 400)
            case nil:
                last = Failure(description: "dial tcp \(place): connect: connection refused")
            }
        }
        throw last
    }

    private func addresses(_ host: String) throws(Failure) -> [String] {
        do {
            return try NodeResolver(network: network, root: root).addresses(host)
        } catch { throw Failure(description: "dial tcp: \(error)") }
    }

    /// The words of a status.
    static func reason(_ status: Int) -> String {
        switch status {
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: ""
        }
    }
}

public import Estates
internal import Glibc
public import JSON
internal import Processes
public import RecoveryEngine

/// Reads clusters and machines for a snapshot, and changes nothing. What leaves
/// it went through the redactor; what was read of a Secret never leaves it whole.
public final class ClusterReader {
    private let hands: SystemHands
    private let end: ContinuousClock.Instant
    /// The longest one question may take.
    private static let limit = Duration.seconds(25)

    init(_ hands: SystemHands, within limit: Duration) {
        self.hands = hands
        end = .now + limit
    }

    private static let isOver = "there was no time left to ask"

    /// What is left of the time for everything; nil when it is over.
    private var left: Duration? {
        let left = ContinuousClock.now.duration(to: end)
        return left > .zero ? left : nil
    }

    /// Whether the cluster is the one the binding names.
    public func identity(_ cluster: String) -> Finding {
        guard let left else { return Finding(.cannotTell, Self.isOver) }
        return hands.identity(cluster: cluster, deadline: min(.seconds(20), left))
    }

    /// Closes what was kept up for questions.
    public func finish() { hands.finish() }

    /// Asks kubectl, and keeps of its answer what `keep` makes of it.
    ///
    /// A kind of thing the server does not know is a cluster without any; every
    /// other refusal leaves open what there is.
    public func section(
        _ cluster: String, _ arguments: [String], _ keep: (JSONValue) -> [String: JSONValue]
    ) -> ObservedSection {
        guard let left else { return .cannotTell(Self.isOver) }
        let captured: Captured
        do {
            captured = try hands.kubectl(cluster, arguments).capture(
                deadline: min(Self.limit, left), window: 16 << 20)
        } catch {
            return .cannotTell(hands.redactor.redact("\(error)"))
        }
        guard captured.ending.isSuccess else {
            let said = captured.error.text
            if said.contains("the server doesn't have a resource type") { return .items([:]) }
            let words =
                captured.ending == .timedOut
                ? "it did not answer in time"
                : said.split(separator: "\n").last.map(String.init) ?? "\(captured.ending)"
            return .cannotTell(hands.redactor.redact(words))
        }
        guard captured.output.dropped == 0 else {
            return .cannotTell("it printed more than 32 MiB")
        }
        guard let answer = try? JSONValue(parsing: captured.output.bytes) else {
            return .cannotTell("the answer is not JSON")
        }
        return .items(keep(answer).mapValues(redacted))
    }

    /// When the certificate of the API at `url` ends, ms since 1970; it is
    /// trusted only under the binding's CA.
    public func certificateEnd(_ cluster: String, _ url: String) -> Result<Int, Silence> {
        guard let left else { return .failure(Silence(Self.isOver)) }
        let question = HTTPRequest(head: url, tls: cluster)
        switch hands.ask(.http(question), deadline: min(.seconds(10), left)) {
        case .http(let reply) where reply.isExpired: return .failure(Silence("it has expired"))
        case .http(let reply):
            return reply.expires.map { .success($0 * 1000) } ?? .failure(Silence("it has none"))
        case .cannot(let why): return .failure(Silence(why))
        default: return .failure(Silence("no answer"))
        }
    }

    /// Why nothing is known.
    public struct Silence: Error {
        public let why: String

        init(_ why: String) { self.why = why }
    }

    private func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(hands.redactor.redact(text))
        case .array(let elements): .array(elements.map(redacted))
        case .object(let members): .object(members.mapValues(redacted))
        default: value
        }
    }

    /// The text of a file on `node`; nil when it cannot be read, empty when
    /// there is none.
    public func file(_ node: String, _ path: String) -> String? {
        guard let left else { return nil }
        let look = ["find", path, "-maxdepth", "0"]
        guard
            case .ran(.exited(let code), let found, _) = hands.ask(
                .ssh(host: node, look), deadline: min(Self.limit, left))
        else { return nil }
        if code != 0 || found.isEmpty { return code == 1 ? "" : nil }
        guard let left = self.left,
            case .ran(.exited(0), let bytes, _) = hands.ask(
                .ssh(host: node, ["cat", path]), deadline: min(Self.limit, left))
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HandsSetting {
    /// Hands that only read, for at most so long.
    public func makeReader(boot: String, within limit: Duration) -> ClusterReader {
        ClusterReader(SystemHands(self, boot: boot), within: limit)
    }
}

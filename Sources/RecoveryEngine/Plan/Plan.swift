internal import Digest
public import Estates
public import JSON
public import Runbooks
internal import YAML

/// Runbook × arguments × estate, fully bound; data.
///
/// It is one JSON value in the runbook's own language: what is printed, what
/// is stored in the journal and what is resumed from are the same bytes.
public struct Plan: Hashable, Sendable {
    /// The value that is stored.
    public let json: JSONValue
    /// SHA-256 of its text.
    public let digest: String
    public let prerequisites: [Prerequisite]
    public let steps: [Step]
    public let recovered: [Recovery]
    public let estate: Estate

    /// Decodes a bound plan, such as one read from a journal.
    public init(json: JSONValue) throws(PlanError) {
        self.json = json
        digest = SHA256.hex(json.text)
        estate = Estate(facts: json["estate"] ?? .object([:]))
        let start = Mark(line: 1, column: 1)
        let nodes = { (key: String) in (json[key]?.array ?? []).map { YAMLNode($0, mark: start) } }
        do {
            var prerequisites: [Prerequisite] = [], steps: [Step] = [], recovered: [Recovery] = []
            for node in nodes("prerequisites") {
                prerequisites.append(try BoundDecoder.prerequisite(node, file: "plan"))
            }
            for node in nodes("steps") { steps.append(try BoundDecoder.step(node, file: "plan")) }
            for node in nodes("recovered") {
                recovered.append(try BoundDecoder.recovery(node, file: "plan"))
            }
            self.prerequisites = prerequisites
            self.steps = steps
            self.recovered = recovered
        } catch {
            throw .input(error.list)
        }
    }

    /// Name of the runbook.
    public var runbook: String { json.at("runbook", "name")?.string ?? "" }
    /// Version of the runbook.
    public var version: String { json.at("runbook", "version")?.string ?? "" }
    /// What the runbook does.
    public var title: String { json.at("runbook", "title")?.string ?? "" }
    /// The time the recovery shall take.
    public var objective: Duration? {
        json.at("runbook", "objective-ms")?.int.map { .milliseconds($0) }
    }
    /// Names of the clusters the run works on; the first is the one it recovers.
    public var clusters: [String] { json["clusters"]?.array?.compactMap(\.string) ?? [] }
    /// Names of what the run changes.
    public var targets: [String] { json["targets"]?.array?.compactMap(\.string) ?? [] }
    /// The most nodes it may change.
    public var maxTargets: Int { json.at("runbook", "max-targets")?.int ?? 1 }
    /// Names of the secret parameters.
    public var secrets: [String] { (json["secrets"]?.object ?? [:]).keys.sorted() }
    /// Whether `digest` is the SHA-256 the secret `name` had at the beginning.
    public func began(with digest: String, of name: String) -> Bool {
        json.at("secrets", name)?.string == digest
    }
}

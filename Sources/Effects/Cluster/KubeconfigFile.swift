internal import Digest
internal import JSON
internal import YAML

/// What a kubeconfig somebody wrote says of one of its contexts; credentials
/// stay in the file.
public struct KubeconfigFile: Hashable, Sendable {
    /// Where it leads.
    public let server: String
    /// The CA, in PEM; nil where it names none.
    public let authority: [UInt8]?
    /// It trusts whoever answers.
    public let trustsAnyone: Bool

    /// Why it cannot be used.
    public struct Refusal: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads the context, or the current one, of the file at `path`.
    public init(path: String, context: String?) throws(Refusal) {
        guard let bytes = Files.read(path) else {
            throw Refusal(description: "\(path) cannot be read")
        }
        let config: JSONValue
        do {
            config = try YAMLParser.parse(bytes).json
        } catch {
            // Where it went wrong may quote what stands there: it is not told.
            throw Refusal(description: "\(path) is no kubeconfig")
        }
        let wanted = context ?? config["current-context"]?.string
        let contexts = config["contexts"]?.array ?? []
        guard let found = contexts.first(where: { $0["name"]?.string == wanted }) else {
            let names = contexts.compactMap { $0["name"]?.string }
            throw Refusal(
                description: "\(path) has no context '\(wanted ?? "")'; it has: "
                    + names.joined(separator: ", "))
        }
        let name = found.at("context", "cluster")?.string
        guard
            let cluster = config["clusters"]?.array?.first(where: { $0["name"]?.string == name })?[
                "cluster"], let server = cluster["server"]?.string
        else { throw Refusal(description: "\(path) does not say where '\(wanted ?? "")' is") }
        self.server = server
        trustsAnyone = cluster["insecure-skip-tls-verify"]?.bool ?? false
        if let text = cluster["certificate-authority-data"]?.string {
            authority = Base64.bytes(text)
        } else if let file = cluster["certificate-authority"]?.string {
            let folder = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
            authority = Files.read(file.hasPrefix("/") ? file : "\(folder)/\(file)")
        } else {
            authority = nil
        }
    }
}

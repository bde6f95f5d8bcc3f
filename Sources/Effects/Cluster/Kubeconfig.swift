internal import Digest
internal import Estates
internal import Glibc
internal import JSON
internal import YAML

/// A kubeconfig of our own: the estate's address, the binding's pinned CA, and
/// of the user's file nothing but the credentials.
struct Kubeconfig {
    /// Why there is none.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes it to `path`, mode 0600; the credentials in it, to be kept out of
    /// every record.
    static func write(
        to path: String, server: String, binding: Binding.Cluster, cluster: String
    ) throws(Refusal) -> [String] {
        let authority = try read(binding.caPath)
        guard SHA256.hex(authority) == binding.caDigest else {
            throw Refusal(
                description:
                    "\(binding.caPath) is not the CA the binding pins for \(cluster) (ca-sha256)")
        }
        let user = try credentials(binding.kubeconfig, context: binding.context)
        let config: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "current-context": "recover",
            "clusters": [
                [
                    "name": "recover",
                    "cluster": [
                        "server": .string(server), "certificate-authority": .string(binding.caPath),
                    ],
                ]
            ],
            "users": [["name": "recover", "user": user]],
            "contexts": [
                ["name": "recover", "context": ["cluster": "recover", "user": "recover"]]
            ],
        ]
        guard Files.write(config.utf8, to: path, mode: 0o600) else {
            throw Refusal(description: "\(path) cannot be written")
        }
        return ["token", "client-key-data", "password"].compactMap { user[$0]?.string }
    }

    /// The user of the named, else of the current context. Programs are not run
    /// for credentials.
    private static func credentials(
        _ path: String, context wanted: String?
    ) throws(Refusal) -> JSONValue {
        let root: YAMLNode
        do {
            root = try YAMLParser.parse(try read(path))
        } catch let error as Refusal {
            throw error
        } catch {
            throw Refusal(description: "\(path) is no kubeconfig: \(error)")
        }
        let config = root.json
        let current = wanted ?? config["current-context"]?.string
        let context = config["contexts"]?.array?.first { $0["name"]?.string == current }
        let name = context?.at("context", "user")?.string
        guard
            let user = config["users"]?.array?.first(where: { $0["name"]?.string == name })?["user"]
        else {
            throw Refusal(description: "\(path) has no user for its current context")
        }
        if user["exec"] != nil || user["auth-provider"] != nil {
            throw Refusal(
                description: "\(path) gets its credentials from a program, which is not run here; "
                    + "use a token or a client certificate")
        }
        return user
    }

    private static func read(_ path: String) throws(Refusal) -> [UInt8] {
        guard let bytes = Files.read(path) else {
            throw Refusal(description: "\(path) cannot be read")
        }
        return bytes
    }
}

/// Why the server does not take a node agent; the description is the agent's
/// log line.
public enum JoinRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The token's password is wrong.
    case unauthorized
    /// The token names another cluster's CA.
    case foreignAuthority(wanted: String, found: String)
    /// Another machine already has this name.
    case nodePasswordRejected(node: String)
    /// An agent that runs knows other authorities.
    case unknownAuthority
    /// An agent that runs has no Node any more; only a start makes one.
    case unknownNode(String)
    /// The server's datastore failed.
    case serverError(String)

    public var description: String {
        switch self {
        case .unauthorized:
            "failed to validate token: token is not authorized: 401 Unauthorized"
        case .foreignAuthority(let wanted, let found):
            "token CA hash does not match the Cluster CA certificate hash: \(wanted) != \(found)"
        case .nodePasswordRejected:
            """
            Node password rejected, duplicate hostname or contents of \
            '/etc/rancher/node/password' may not match server node-passwd entry, try enabling a \
            unique node name with the --with-node-id flag
            """
        case .unknownAuthority:
            "tls: failed to verify certificate: x509: certificate signed by unknown authority"
        case .unknownNode(let node):
            "Error updating node status, will retry: error getting node \"\(node)\": nodes "
                + "\"\(node)\" not found"
        case .serverError(let words): "500 Internal Server Error: \(words)"
        }
    }
}

/// Another node of a flannel network over WireGuard.
public struct WireGuardPeer: Hashable, Sendable {
    /// Its public key, its endpoint `ADDRESS:PORT`, and its pods' network.
    public let key: String, endpoint: String, network: String
    /// Seconds since the last handshake; nil: none, the node is not there.
    public let handshake: Int?

    public init(key: String, endpoint: String, network: String, handshake: Int?) {
        self.key = key
        self.endpoint = endpoint
        self.network = network
        self.handshake = handshake
    }
}

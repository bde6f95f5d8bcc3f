/// A certificate with its key, both PEM.
public struct ServerCertificate: Hashable, Sendable {
    /// The certificate, and those that signed it.
    public let chain: [UInt8]
    /// Its private key.
    public let key: [UInt8]

    public init(chain: [UInt8], key: [UInt8]) {
        self.chain = chain
        self.key = key
    }
}

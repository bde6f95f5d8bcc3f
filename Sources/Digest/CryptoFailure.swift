import CCrypto

/// libcrypto refused: no key, no certificate, or a cipher text that is none.
public struct CryptoFailure: Error, Hashable, CustomStringConvertible {
    /// What could not be done, in a few words.
    public let description: String

    init(_ description: String) {
        self.description = description
        // Its queue of errors is one of this thread; nobody reads it.
        ERR_clear_error()
    }
}

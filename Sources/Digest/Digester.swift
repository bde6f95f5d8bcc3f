internal import CCrypto

/// SHA-256 of many texts, one after the other, without anything made anew.
public final class Digester {
    private let context: OpaquePointer
    private var digest = [UInt8](repeating: 0, count: 32)

    /// A digester, to be used by one owner.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory is left") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Writes the digest of `bytes` to `text`, 64 lower-case hex digits.
    public func hex(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        precondition(text.count == 64, "A digest in hex has 64 digits.")
        var length: UInt32 = 0
        let done =
            EVP_DigestInit_ex2(context, SHA256.algorithm, nil) == 1
            && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
            && EVP_DigestFinal_ex(context, &digest, &length) == 1
        precondition(done && length == 32, "libcrypto could not compute SHA-256")
        for index in 0..<32 {
            text[index * 2] = SHA256.digit(digest[index] >> 4)
            text[index * 2 + 1] = SHA256.digit(digest[index] & 15)
        }
    }
}

import Digest

/// One sealed value: Base64 of the length of the RSA block (two bytes, the
/// higher first), the session key under RSA-OAEP-SHA256, and the value under
/// AES-256-GCM with a nonce of zeros, because the session key is used once.
enum SealedItem {
    static func seal(
        _ bytes: [UInt8], label: String, for key: RSAKey
    ) throws(CryptoFailure) -> String {
        let session = Random.bytes(AESGCM.keySize)
        let block = try key.encrypt(session, label: Array(label.utf8))
        let text = try AESGCM.seal(bytes, key: session, nonce: nonce)
        return Digest.Base64.text(
            [UInt8(block.count >> 8), UInt8(block.count & 255)] + block + text)
    }

    /// The value, by the first of `keys` that opens it; nil if none does. Which
    /// one it was sealed for is not written on it.
    static func open(_ text: String, label: String, with keys: [RSAKey]) -> [UInt8]? {
        let plain = text.filter { !$0.isWhitespace }
        guard let bytes = Digest.Base64.bytes(plain), bytes.count > 2 else { return nil }
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        guard bytes.count >= 2 + length + AESGCM.tagSize else { return nil }
        let block = Array(bytes[2..<(2 + length)])
        let cipher = Array(bytes[(2 + length)...])
        for key in keys where key.size == length {
            guard let session = try? key.decrypt(block, label: Array(label.utf8)) else { continue }
            return try? AESGCM.open(cipher, key: session, nonce: nonce)
        }
        return nil
    }

    private static let nonce = [UInt8](repeating: 0, count: 12)
}

internal import CCrypto

/// AES-256 in Galois/Counter mode (NIST SP 800-38D), without additional data.
public enum AESGCM {
    /// Bytes of a key and of the tag behind a cipher text.
    public static let keySize = 32, tagSize = 16

    /// `bytes` encrypted, the tag behind it.
    public static func seal(
        _ bytes: [UInt8], key: [UInt8], nonce: [UInt8]
    ) throws(CryptoFailure) -> [UInt8] {
        let (context, initialised) = prepared(key, nonce, isSealing: true)
        defer { EVP_CIPHER_CTX_free(context) }
        var result = [UInt8](repeating: 0, count: bytes.count)
        var tag = [UInt8](repeating: 0, count: tagSize)
        var length: Int32 = 0, rest: Int32 = 0
        guard initialised,
            EVP_EncryptUpdate(context, &result, &length, bytes, Int32(bytes.count)) == 1,
            EVP_EncryptFinal_ex(context, &tag, &rest) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagSize), &tag) == 1
        else { throw CryptoFailure("AES-GCM failed") }
        return result + tag
    }

    /// What `seal` was given; throws if a bit of it was changed.
    public static func open(
        _ bytes: [UInt8], key: [UInt8], nonce: [UInt8]
    ) throws(CryptoFailure) -> [UInt8] {
        guard bytes.count >= tagSize else { throw CryptoFailure("cipher text too short") }
        let (context, initialised) = prepared(key, nonce, isSealing: false)
        defer { EVP_CIPHER_CTX_free(context) }
        let text = Array(bytes.dropLast(tagSize))
        var tag = Array(bytes.suffix(tagSize))
        var result = [UInt8](repeating: 0, count: text.count)
        var nothing = [UInt8](repeating: 0, count: tagSize)
        var length: Int32 = 0, rest: Int32 = 0
        guard initialised,
            EVP_DecryptUpdate(context, &result, &length, text, Int32(text.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagSize), &tag) == 1,
            EVP_DecryptFinal_ex(context, &nothing, &rest) == 1
        else { throw CryptoFailure("message authentication failed") }
        return result
    }

    private static func prepared(
        _ key: [UInt8], _ nonce: [UInt8], isSealing: Bool
    ) -> (OpaquePointer?, Bool) {
        let context = EVP_CIPHER_CTX_new()
        let fits = key.count == keySize && nonce.count == 12
        return (
            context,
            fits
                && EVP_CipherInit_ex(
                    context, EVP_aes_256_gcm(), nil, key, nonce, isSealing ? 1 : 0) == 1
        )
    }
}

internal import CCrypto

/// AES in Galois/Counter Mode (NIST SP 800-38D) without additional data; a tag
/// of 16 bytes stands behind the ciphertext.
public enum AESGCM {
    private static let tagLength = 16

    /// `plain` encrypted with a key of 32 bytes and a nonce of 12.
    public static func seal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        precondition(key.count == 32 && nonce.count == 12, "AES-256-GCM takes 32 and 12 bytes")
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: tagLength)
        var length: Int32 = 0
        let done =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
            && EVP_EncryptUpdate(context, &sealed, &length, plain, Int32(plain.count)) == 1
            && EVP_EncryptFinal_ex(context, &tag, &length) == 1
            && EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag) == 1
        precondition(done, "libcrypto could not encrypt")
        return sealed + tag
    }

    /// What `seal` was given; nil when the key, the nonce or a bit is another.
    public static func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8]? {
        guard key.count == 32, nonce.count == 12, sealed.count >= tagLength else { return nil }
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        let text = Array(sealed.dropLast(tagLength))
        var tag = Array(sealed.suffix(tagLength))
        var plain = [UInt8](repeating: 0, count: text.count)
        var length: Int32 = 0
        var rest = [UInt8](repeating: 0, count: tagLength)
        guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_DecryptUpdate(context, &plain, &length, text, Int32(text.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1,
            EVP_DecryptFinal_ex(context, &rest, &length) == 1
        else { return nil }
        return plain
    }
}

internal import CCrypto

/// An RSA key: a pair, or the public half of one.
///
/// Safe to share: libcrypto only reads a key once it is made.
public final class RSAKey: @unchecked Sendable {
    // Sendable: the pointer never changes, and libcrypto locks what it caches behind it.
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// A new pair of as many primes as are safe at that length (RFC 8017, 3.2): they are found
    /// in a third of the time two large ones take, and much more evenly.
    public static func generate(bits: Int) throws(CryptoFailure) -> RSAKey {
        var key: OpaquePointer?
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
            EVP_PKEY_CTX_set_rsa_keygen_primes(context, bits < 4096 ? 3 : 4) == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw CryptoFailure("an RSA key of \(bits) bits cannot be made") }
        return RSAKey(owning: key)
    }

    /// The private key in a PEM text, PKCS#1 or PKCS#8.
    public init(pem: [UInt8]) throws(CryptoFailure) {
        let read = PEM.reading(pem) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in 0 }, nil) }
        guard let read else { throw CryptoFailure("data does not contain a valid RSA private key") }
        guard EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA else {
            EVP_PKEY_free(read)
            throw CryptoFailure("Private key is not an RSA key")
        }
        pointer = read
    }

    /// The private key as PEM, PKCS#1.
    public func pem() throws(CryptoFailure) -> [UInt8] {
        let text = PEM.writing {
            PEM_write_bio_PrivateKey_traditional($0, pointer, nil, nil, 0, nil, nil) == 1
        }
        guard let text else { throw CryptoFailure("the key has no private half") }
        return text
    }

    /// Length of the modulus, which is that of what it encrypts.
    public var size: Int { Int(EVP_PKEY_get_size(pointer)) }

    /// Whether `other` has the same public half.
    public func matches(_ other: RSAKey) -> Bool { EVP_PKEY_eq(pointer, other.pointer) == 1 }

    /// `bytes` encrypted by RSAES-OAEP with SHA-256 and `label` (RFC 8017).
    public func encrypt(_ bytes: [UInt8], label: [UInt8]) throws(CryptoFailure) -> [UInt8] {
        try oaep(bytes, label, EVP_PKEY_encrypt_init, EVP_PKEY_encrypt)
    }

    /// What `encrypt` was given; throws for another key or label alike.
    public func decrypt(_ bytes: [UInt8], label: [UInt8]) throws(CryptoFailure) -> [UInt8] {
        try oaep(bytes, label, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt)
    }

    private func oaep(
        _ bytes: [UInt8], _ label: [UInt8], _ prepare: (OpaquePointer?) -> Int32,
        _ apply: (
            OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?,
            UnsafePointer<UInt8>?, Int
        ) -> Int32
    ) throws(CryptoFailure) -> [UInt8] {
        let context = EVP_PKEY_CTX_new(pointer, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var result = [UInt8](repeating: 0, count: size)
        var length = result.count
        guard prepare(context) == 1,
            EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1,
            Self.setLabel(label, of: context),
            apply(context, &result, &length, bytes, bytes.count) == 1
        else { throw CryptoFailure("RSA-OAEP failed") }
        return Array(result.prefix(length))
    }

    /// The context takes a copy of the label and frees it.
    private static func setLabel(_ label: [UInt8], of context: OpaquePointer?) -> Bool {
        guard !label.isEmpty else { return true }
        guard let copy = CRYPTO_malloc(label.count, #file, Int32(#line)) else { return false }
        copy.copyMemory(from: label, byteCount: label.count)
        guard EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, Int32(label.count)) == 1 else {
            CRYPTO_free(copy, #file, Int32(#line))
            return false
        }
        return true
    }
}
